#include "drivers/sqlite/fact_json.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <set>
#include <stdexcept>
#include <utility>

#include "drivers/json/json.hpp"
#include "drivers/sqlite/fact_members.hpp"
#include "drivers/sqlite/fact_names.hpp"

namespace qrvend::sqlite {

namespace {

// --- texts of any bytes ---

bool is_utf8(const json::Value& text) {
    // The library that will read it is the judge: only bad bytes make these two differ.
    return text.dump(-1, ' ', false, json::Value::error_handler_t::ignore) == json::dump(text);
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        const auto bits = static_cast<unsigned char>(byte);
        text += digits[bits >> 4U];
        text += digits[bits & 0xfU];
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t at = 0; at < text.size(); at += 2) {
        unsigned bits = 0;
        const char* begin = text.data() + at;
        if (std::from_chars(begin, begin + 2, bits, 16).ptr != begin + 2) {
            return std::nullopt;
        }
        bytes += static_cast<char>(bits);
    }
    return bytes;
}

// --- writing ---

class Writer {
public:
    template <class T>
    using Of = const T;

    template <class T>
    void member(const char* name, const T& value) {
        object_.emplace(name, encode(value));
    }

    template <class T>
    void member(const char* name, const std::optional<T>& value) {
        if (value) {
            member(name, *value);
        }
    }

    json::Value take() { return std::move(object_); }

private:
    static json::Value encode(const std::string& text) {
        json::Value value(text);
        return is_utf8(value) ? value : json::Value{{"hex", to_hex(text)}};
    }

    static json::Value encode(Currency currency) { return std::string(currency.code()); }
    static json::Value encode(PaymentNo payment) { return payment.number; }
    static json::Value encode(Slot slot) { return slot.number; }

    template <class Tag>
    static json::Value encode(const Id<Tag>& id) {
        return encode(id.text());
    }

    template <class Rep, class Period>
    static json::Value encode(std::chrono::duration<Rep, Period> duration) {
        return duration.count();
    }

    template <std::integral T>
    static json::Value encode(T value) {
        return value;
    }

    template <NamedEnum T>
    static json::Value encode(T value) {
        const std::string_view name = name_of(value);
        if (name.empty()) {
            throw std::invalid_argument("a fact holds a value that its enum does not have");
        }
        return std::string(name);
    }

    template <class T>
        requires std::is_class_v<T>
    static json::Value encode(const T& value) {
        Writer inner;
        members(inner, value);
        return inner.take();
    }

    json::Value object_ = json::Value::object();
};

// --- reading ---

// Reads one object. The first complaint wins; it lives outside, so that the objects within this one share it.
class Reader {
public:
    template <class T>
    using Of = T;

    Reader(const json::Value& object, std::string path, std::string& complaint)
        : object_(object), path_(std::move(path)), complaint_(complaint) {
        if (!object_.is_object()) {
            complain(path_, "is not an object");
        }
    }

    template <class T>
    void member(const char* name, T& value) {
        const json::Value* found = take(name);
        if (found == nullptr) {
            complain(path_of(name), "is missing");
            return;
        }
        decode(*found, path_of(name), value);
    }

    template <class T>
    void member(const char* name, std::optional<T>& value);

    /// To be called last: nothing that was stored may go unread.
    void refuse_unknown_members() {
        if (!object_.is_object()) {
            return;
        }
        for (const auto& entry : object_.items()) {
            if (!known_.contains(entry.key())) {
                complain(path_of(entry.key()), "is not known to this version of qrvend");
            }
        }
    }

private:
    std::string path_of(const std::string& name) const { return path_.empty() ? name : path_ + "." + name; }

    void complain(const std::string& path, const std::string& what) {
        if (complaint_.empty()) {
            complaint_ = path.empty() ? "it " + what : "member '" + path + "' " + what;
        }
    }

    const json::Value* take(const char* name) {
        known_.emplace(name);
        return json::find(object_, name);
    }

    void decode(const json::Value& stored, const std::string& path, std::string& value) {
        if (stored.is_string()) {
            value = stored.get_ref<const std::string&>();
            return;
        }
        const auto hex = json::string_at(stored, "hex");
        auto bytes = hex && stored.size() == 1 ? from_hex(*hex) : std::nullopt;
        if (!bytes) {
            complain(path, "is not a text");
            return;
        }
        value = std::move(*bytes);
    }

    template <std::integral T>
    void decode(const json::Value& stored, const std::string& path, T& value) {
        const auto assign = [&](auto number) {
            if (!std::in_range<T>(number)) {
                complain(path, "is out of range: " + std::to_string(number));
                return;
            }
            value = static_cast<T>(number);
        };
        if (stored.is_number_unsigned()) {
            assign(stored.get<std::uint64_t>());
        } else if (stored.is_number_integer()) {
            assign(stored.get<std::int64_t>());
        } else {
            complain(path, "is not a whole number");
        }
    }

    void decode(const json::Value& stored, const std::string& path, bool& value) {
        if (!stored.is_boolean()) {
            complain(path, "is neither true nor false");
            return;
        }
        value = stored.get<bool>();
    }

    void decode(const json::Value& stored, const std::string& path, Currency& value) {
        std::string code;
        decode(stored, path, code);
        const auto currency = Currency::parse(code);
        if (!currency) {
            complain(path, "is not a known currency: '" + code + "' (known: " + Currency::known_codes() + ")");
            return;
        }
        value = *currency;
    }

    void decode(const json::Value& stored, const std::string& path, PaymentNo& value) {
        decode(stored, path, value.number);
    }

    void decode(const json::Value& stored, const std::string& path, Slot& value) {
        decode(stored, path, value.number);
    }

    template <class Tag>
    void decode(const json::Value& stored, const std::string& path, Id<Tag>& value) {
        std::string text;
        decode(stored, path, text);
        value = Id<Tag>(std::move(text));
    }

    template <class Rep, class Period>
    void decode(const json::Value& stored, const std::string& path, std::chrono::duration<Rep, Period>& value) {
        Rep count = 0;
        decode(stored, path, count);
        value = std::chrono::duration<Rep, Period>(count);
    }

    template <NamedEnum T>
    void decode(const json::Value& stored, const std::string& path, T& value) {
        std::string name;
        decode(stored, path, name);
        const auto known = value_of<T>(name);
        if (!known) {
            complain(path, "has an unknown value: '" + name + "'");
            return;
        }
        value = *known;
    }

    template <class T>
        requires std::is_class_v<T>
    void decode(const json::Value& stored, const std::string& path, T& value) {
        Reader inner(stored, path, complaint_);
        members(inner, value);
        inner.refuse_unknown_members();
    }

    const json::Value& object_;
    std::string path_;
    std::string& complaint_;
    std::set<std::string, std::less<>> known_;
};

// Money has no value without a currency. What stands here is replaced by what is read, or never leaves this file.
template <class T>
T blank() {
    const Money no_money = zero(Currency::parse("EUR").value());
    if constexpr (std::is_default_constructible_v<T>) {
        return {};
    } else if constexpr (std::is_same_v<T, Money>) {
        return no_money;
    } else if constexpr (std::is_same_v<T, fact::Opened>) {
        return {.product = {.price = no_money}, .amount = no_money};
    } else if constexpr (requires(T value) { value.total; }) {
        return {.total = no_money};
    } else {
        return {.amount = no_money};
    }
}

template <class T>
void Reader::member(const char* name, std::optional<T>& value) {
    if (const json::Value* found = take(name); found != nullptr) {
        decode(*found, path_of(name), value.emplace(blank<T>()));
    }
}

// A fact of each kind, to be filled by the reader.
template <std::size_t... Index>
std::array<Fact, sizeof...(Index)> blank_facts(std::index_sequence<Index...> /*all*/) {
    return {Fact(std::in_place_index<Index>, blank<std::variant_alternative_t<Index, Fact>>())...};
}

}  // namespace

std::string fact_to_json(const Fact& fact) {
    Writer writer;
    std::visit([&](const auto& value) { members(writer, value); }, fact);
    return json::dump(writer.take());
}

std::expected<Fact, std::string> fact_from_json(std::string_view kind, std::string_view members_text) {
    static const auto blanks = blank_facts(std::make_index_sequence<std::variant_size_v<Fact>>());
    const auto* found = std::ranges::find(blanks, kind, kind_of);
    if (found == blanks.end()) {
        return std::unexpected("unknown kind of fact '" + std::string(kind) + "'");
    }
    const auto object = json::parse(members_text);
    if (!object) {
        return std::unexpected("fact '" + std::string(kind) + "': not JSON");
    }
    Fact fact = *found;
    std::string complaint;
    Reader reader(*object, {}, complaint);
    std::visit([&](auto& value) { members(reader, value); }, fact);
    reader.refuse_unknown_members();
    if (!complaint.empty()) {
        return std::unexpected("fact '" + std::string(kind) + "': " + complaint);
    }
    return fact;
}

}  // namespace qrvend::sqlite
