#include "drivers/mdb/vmc/pseudo_terminal.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <string>

#include "drivers/system/clock.hpp"
#include "tests/drivers/mdb/vmc/reader_script.hpp"

using namespace qrvend;
using namespace qrvend::mdb::vmc;
using namespace qrvend::mdb::vmc::test;

namespace {

// A program that has the device open.
class Program {
public:
    explicit Program(const std::filesystem::path& device)
        : descriptor_(::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
        REQUIRE(descriptor_ >= 0);
    }
    ~Program() { ::close(descriptor_); }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void write(std::string_view text) const {
        REQUIRE(::write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }

    /// All that has come so far. False where the line was hung up.
    bool read() {
        std::array<char, 256> chunk{};
        ssize_t count = 0;
        while ((count = ::read(descriptor_, chunk.data(), chunk.size())) > 0) {
            heard.append(chunk.data(), static_cast<std::size_t>(count));
        }
        return count < 0 && errno == EAGAIN;
    }

    std::string heard;

private:
    int descriptor_;
};

struct Bench {
    Bench() : vmc(fussy(), settings(), clock.now().monotonic), adapter(vmc), link(link_name()) {
        terminal = std::make_unique<PseudoTerminal>(io, clock, adapter, link);
    }

    static VmcSettings settings() {
        VmcSettings settings = usual_settings();
        settings.motor_time = 100ms;
        return settings;
    }
    static std::filesystem::path link_name() {
        return std::filesystem::temp_directory_path() / ("qrvend-fake-qibixx-" + std::to_string(::getpid()));
    }

    /// Runs the loop until `program` has heard `text`.
    bool hears(Program& program, std::string_view text) {
        const auto limit = clock.now().monotonic + 30s;
        while (clock.now().monotonic < limit) {
            io.run_for(10ms);
            program.read();
            if (program.heard.find(text) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    boost::asio::io_context io;
    SystemClock clock{io};
    Vmc vmc;
    FakeQibixx adapter;
    std::filesystem::path link;
    std::unique_ptr<PseudoTerminal> terminal;
};

}  // namespace

TEST_SUITE("the fake adapter behind a pseudo-terminal") {
    TEST_CASE("sells to a program that opens the device by its stable name") {
        Bench bench;
        Program program(bench.link);
        program.write("C,0\nC,SETCONF,mdb-always-idle=1\rC,1\n");
        CHECK(bench.hears(program, "c,0\r\nc,SET,OK\r\nc,STATUS,INACTIVE\r\nc,1\r\n"));
        CHECK(bench.hears(program, "c,STATUS,ENABLED\r\n"));
        bench.vmc.press(Slot{5});
        CHECK(bench.hears(program, "c,STATUS,VEND,1.50,5\r\n"));
        program.write("C,VEND,1.50\n");
        CHECK(bench.hears(program, "c,VEND,SUCCESS\r\n"));
        CHECK(bench.vmc.books().drops() == 1);
    }

    TEST_CASE("one program after the other") {
        Bench bench;
        {
            Program first(bench.terminal->path());
            first.write("V\n");
            CHECK(bench.hears(first, "v,4."));
        }
        Program second(bench.terminal->path());
        second.write(std::string(1000, 'x') + "\nH\n");
        CHECK(bench.hears(second, "h,4"));
    }

    TEST_CASE("unplugged: the program finds its line hung up, and the name is gone") {
        Bench bench;
        Program program(bench.link);
        CHECK(program.read());
        bench.terminal.reset();
        bench.io.run_for(1ms);
        CHECK_FALSE(program.read());
        CHECK_FALSE(std::filesystem::exists(bench.link));
    }
}
