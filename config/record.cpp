#include "config/record.hpp"

#include <algorithm>
#include <stdexcept>

#include "config/tree.hpp"

namespace qrvend::config {

void Record::set(std::string_view name, int line, std::optional<Value> value) {
    entries_.insert_or_assign(std::string(name), Entry{.value = std::move(value), .line = line});
}

Place Record::place(std::string_view name) const {
    const auto found = entries_.find(name);
    const bool in_file = found != entries_.end() && found->second.line > 0;
    return {.line = in_file ? found->second.line : place_.line, .path = member_path(place_.path, name)};
}

bool Record::given(std::string_view name) const {
    declared(name);
    const auto found = entries_.find(name);
    return found != entries_.end() && found->second.line > 0;
}

const Key& Record::declared(std::string_view name) const {
    const Key* const key = section_->find(name);
    if (key == nullptr) {
        throw std::logic_error("no key of that name is declared: " + std::string(name));
    }
    return *key;
}

template <class T>
const T* Record::value(std::string_view name, std::initializer_list<Key::Type> types) const {
    if (std::ranges::find(types, declared(name).type) == types.end()) {
        throw std::logic_error("the key is declared with another type: " + std::string(name));
    }
    const auto found = entries_.find(name);
    if (found == entries_.end() || !found->second.value) {
        return nullptr;
    }
    return &std::get<T>(*found->second.value);
}

namespace {

template <class T>
std::optional<T> copy(const T* value) {
    return value == nullptr ? std::nullopt : std::optional<T>(*value);
}

}  // namespace

std::optional<std::string> Record::text(std::string_view name) const {
    return copy(value<std::string>(name, {Key::Type::text, Key::Type::secret}));
}

std::optional<std::int64_t> Record::integer(std::string_view name) const {
    return copy(value<std::int64_t>(name, {Key::Type::integer}));
}

std::optional<bool> Record::boolean(std::string_view name) const {
    return copy(value<bool>(name, {Key::Type::boolean}));
}

std::optional<std::vector<std::string>> Record::texts(std::string_view name) const {
    return copy(value<std::vector<std::string>>(name, {Key::Type::texts}));
}

std::optional<std::filesystem::path> Record::file(std::string_view name) const {
    return copy(value<std::filesystem::path>(name, {Key::Type::file}));
}

const Record* Record::section(std::string_view name) const {
    const auto* const records = value<std::vector<Record>>(name, {Key::Type::section});
    return records == nullptr ? nullptr : &records->front();
}

const std::vector<Record>& Record::sections(std::string_view name) const {
    static const std::vector<Record> none;
    const auto* const records = value<std::vector<Record>>(name, {Key::Type::sections});
    return records == nullptr ? none : *records;
}

}  // namespace qrvend::config
