#pragma once
// A vending board in memory: relays with spirals behind them, a controller with a sequence register, a drop sensor
// that latches and counts, keypad, door and thermometer, all behind one unit address. Like a real one it forgets at
// a restart, and products that are falling fall on. It answers requests at the times it is given; what reaches it,
// and how late, is the business of the bus (memory_bus.hpp) or of the server (board_server.hpp).
//
// Its books say what was commanded and what dropped, for judges.

#include <array>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <optional>
#include <vector>

#include "controller/base/ids.hpp"
#include "controller/base/time.hpp"
#include "drivers/modbus/request.hpp"
#include "drivers/modbus/settings.hpp"

namespace qrvend::modbus {

/// Where everything stands on it.
struct BoardMap {
    static constexpr std::uint8_t unit = 1;
    static constexpr std::uint16_t relay_count = 8;

    // coils
    static constexpr std::uint16_t first_relay = 0x0000;
    static constexpr std::uint16_t first_flash = 0x0200;
    static constexpr std::uint16_t clear_latch = 0x0300;
    // discrete inputs
    static constexpr std::uint16_t door_open = 0;
    static constexpr std::uint16_t beam_blocked = 1;
    static constexpr std::uint16_t drop_latch = 2;
    // holding registers
    static constexpr std::uint16_t selection = 0x0000;
    static constexpr std::uint16_t sequence = 0x0001;
    static constexpr std::uint16_t held_key = 0x0010;
    // input registers
    static constexpr std::uint16_t drop_counter = 0x0000;
    static constexpr std::uint16_t temperature = 0x0001;  // tenths of a degree, two's complement
    static constexpr std::uint16_t key_fifo = 0x0002;
    static constexpr std::uint16_t echo = 0x0100;
    static constexpr std::uint16_t state = 0x0101;
    static constexpr std::uint16_t result = 0x0102;
};

/// Settings that fit the simulated board: slots 1 to 8 on its relays with the drop counter, or its controller.
Settings relay_settings(Line line);
Settings controller_settings(Line line);

class SimulatedBoard {
public:
    struct Mechanics {
        milliseconds turn{500};          ///< the motor's, until a product goes over the edge
        milliseconds fall{300};          ///< from there to the sensor
        milliseconds sensor_wait{2000};  ///< of the controller, before it reports a failure
    };

    enum class Mood : std::uint8_t { works, jams };

    struct Deed {
        enum class What : std::uint8_t { started, dropped, jammed };
        What what = What::started;
        Slot slot;
    };

    /// What becomes of a request.
    enum class Fate : std::uint8_t { served, request_lost, answer_lost, answer_garbled };

    /// Words, or the number of an exception.
    using Answer = std::expected<Words, int>;

    SimulatedBoard() : SimulatedBoard(Mechanics{}) {}
    explicit SimulatedBoard(Mechanics mechanics) : mechanics_(mechanics) {}

    /// Nothing where it is silent: restarting, or asked under another unit.
    std::optional<Answer> handle(const Request& request, MonotonicTime now);

    /// Asked for each request by whoever carries it; empty: all are served.
    std::function<Fate(const Request&)> fate{};

    // The hands of customer, technician and misfortune. Times must not go back.
    void set_mood(Mood mood) { mood_ = mood; }
    void delay_fall(milliseconds by) { late_ = by; }
    void block_beam(bool blocked) { beam_blocked_ = blocked; }
    void open_door(bool open) { door_open_ = open; }
    void set_temperature(int tenths) { temperature_ = static_cast<std::int16_t>(tenths); }
    void press(std::uint16_t key);
    void restart(MonotonicTime now, milliseconds silent_for);

    /// Lets what must happen until `now` happen.
    void advance(MonotonicTime now);
    const std::vector<Deed>& deeds() const { return deeds_; }
    int count(Deed::What what) const;
    bool is_on(std::uint16_t relay) const { return relays_[relay].on_since.has_value(); }

private:
    struct Relay {
        std::optional<MonotonicTime> on_since{};
        std::optional<MonotonicTime> off_at{};  ///< of a flash
        int turns = 0;
    };
    struct Falling {
        MonotonicTime edge;  ///< when the motor has pushed it over
        MonotonicTime arrives;
        Slot slot;
    };
    struct Run {
        MonotonicTime over_at;
        bool drops = true;
    };

    Answer answer(const Read& read);
    Answer answer(const WriteCoil& write);
    Answer answer(const FlashCoil& flash);
    Answer answer(const WriteRegister& write);
    Answer answer(const WriteRegisters& write);
    std::optional<std::uint16_t> value_at(Table table, std::uint16_t address);
    std::optional<std::uint16_t> input_register(std::uint16_t address);

    void switch_on(std::uint16_t relay, std::optional<milliseconds> flash);
    void turn(std::uint16_t index, MonotonicTime until);
    void release(Slot slot, MonotonicTime edge);
    void land(MonotonicTime until);
    void end_run(MonotonicTime until);

    Mechanics mechanics_;
    Mood mood_ = Mood::works;
    milliseconds late_{0};
    MonotonicTime now_{};
    MonotonicTime silent_until_{};

    std::array<Relay, BoardMap::relay_count> relays_{};
    std::vector<Falling> falling_;
    std::optional<Run> run_{};
    std::uint16_t echo_ = 0;
    std::uint16_t state_ = 0;
    std::uint16_t result_ = 0;
    std::uint16_t counter_ = 0;
    bool latch_ = false;
    bool beam_blocked_ = false;
    bool door_open_ = false;
    std::int16_t temperature_ = 50;
    std::uint16_t held_key_ = 0;
    std::deque<std::uint16_t> keys_;
    std::vector<Deed> deeds_;
};

}  // namespace qrvend::modbus
