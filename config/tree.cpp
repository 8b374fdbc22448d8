#include "config/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "config/utf8.hpp"

namespace qrvend::config {

namespace {

constexpr const char* whole_file = "(file)";

/// Where each line of a text begins.
class Lines {
public:
    explicit Lines(std::string_view text) : size_(text.size()) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (text[at] == '\n') {
                starts_.push_back(at + 1);
            }
        }
    }

    /// Line and column of the byte at `offset`. A line feed belongs to the line that it ends, and the end of the
    /// text to its last byte.
    Place place(std::size_t offset, std::string path) const {
        offset = std::min(offset, size_ == 0 ? 0 : size_ - 1);
        const auto next = std::ranges::upper_bound(starts_, offset);
        const auto line = static_cast<int>(next - starts_.begin());
        return {.line = line, .path = std::move(path), .column = static_cast<int>(offset - *std::prev(next)) + 1};
    }

    int line(std::size_t offset) const { return place(offset, {}).line; }

private:
    std::size_t size_;
    std::vector<std::size_t> starts_{0};
};

/// Hands the text to the parser and counts what has been taken. The parser copies its iterators, so the count is
/// shared.
class CountingIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, std::size_t& taken) : at_(at), taken_(&taken) {}

    reference operator*() const { return *at_; }
    CountingIterator& operator++() {
        ++at_;
        ++*taken_;
        return *this;
    }
    CountingIterator operator++(int) {
        CountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

private:
    const char* at_;
    std::size_t* taken_;
};

/// What nlohmann says of a syntax error: "… syntax error while parsing CONTEXT - FOUND; …". What follows FOUND may
/// quote the file, and so a secret: it is left out.
struct SyntaxError {
    std::string context;
    std::string found;

    explicit SyntaxError(std::string_view message) {
        constexpr std::string_view before_context = "while parsing ";
        constexpr std::string_view before_found = " - ";
        const std::size_t context_at = message.find(before_context);
        const std::size_t found_at = message.find(before_found);
        if (context_at != std::string_view::npos && context_at < found_at) {
            const std::size_t begin = context_at + before_context.size();
            context = message.substr(begin, found_at - begin);
        }
        if (found_at != std::string_view::npos) {
            const std::string_view rest = message.substr(found_at + before_found.size());
            found = rest.substr(0, rest.find("; "));
        }
    }
};

/// Receives the parser's events and builds the tree.
class Builder {
public:
    using Json = nlohmann::json;

    Builder(const Lines& lines, Problems& problems) : lines_(lines), problems_(problems) {}

    std::size_t& taken() { return taken_; }
    Node take() && { return std::move(root_); }

    bool null() { return add(Node::Kind::null) != nullptr; }

    bool boolean(bool value) {
        Node* const node = add(Node::Kind::boolean);
        if (node != nullptr) {
            node->boolean = value;
        }
        return node != nullptr;
    }

    bool number_integer(Json::number_integer_t value) {
        Node* const node = add(Node::Kind::integer);
        if (node != nullptr) {
            node->integer = value;
            node->text = std::to_string(value);
        }
        return node != nullptr;
    }

    bool number_unsigned(Json::number_unsigned_t value) {
        if (std::in_range<Json::number_integer_t>(value)) {
            return number_integer(static_cast<Json::number_integer_t>(value));
        }
        return number_float(0, std::to_string(value));
    }

    bool number_float(Json::number_float_t /*value*/, const std::string& digits) {
        Node* const node = add(Node::Kind::other_number);
        if (node != nullptr) {
            node->text = digits;
        }
        return node != nullptr;
    }

    bool string(std::string& value) {
        Node* const node = add(Node::Kind::text);
        if (node != nullptr) {
            node->text = std::move(value);
        }
        return node != nullptr;
    }

    bool binary(Json::binary_t& /*value*/) { return false; }  // JSON has none

    bool start_object(std::size_t /*size*/) { return open(Node::Kind::object); }
    bool end_object() { return close(); }
    bool start_array(std::size_t /*size*/) { return open(Node::Kind::list); }
    bool end_array() { return close(); }

    bool key(std::string& key) {
        const int line = here();
        Node& object = *open_.back();
        const Member* const first = object.find(key);
        const int first_line = first == nullptr ? 0 : first->line;
        object.members.push_back({.key = key, .line = line, .value = {}});
        if (first_line > 0) {
            problems_.error({.line = line, .path = path()},
                            fmt::format("the key stands twice, first on line {}", first_line),
                            "each key may stand once");
        }
        return true;
    }

    bool parse_error(std::size_t position, const std::string& /*token*/, const Json::exception& error) {
        const std::size_t offset = position > 0 ? position - 1 : 0;
        const SyntaxError syntax(error.what());
        const Place place = lines_.place(offset, path());
        if (syntax.found.empty()) {  // the one other error: a number that no double holds
            problems_.error(place, "a number that is too large", "write a smaller one");
        } else {
            problems_.error(place, syntax.found, allowed_instead(syntax));
        }
        return false;
    }

private:
    int here() const { return lines_.line(taken_ > 0 ? taken_ - 1 : 0); }

    /// The place in the tree where the next value belongs.
    Node& next_place() {
        if (open_.empty()) {
            return root_;
        }
        Node& parent = *open_.back();
        return parent.kind == Node::Kind::object ? parent.members.back().value : parent.entries.emplace_back();
    }

    Node* add(Node::Kind kind) {
        if (++values_ > max_values) {
            problems_.error({.line = here(), .path = path()}, fmt::format("more than {} values", max_values),
                            "a config file is smaller");
            return nullptr;
        }
        Node& node = next_place();
        node.kind = kind;
        node.line = here();
        complete_ = open_.empty();
        return &node;
    }

    bool open(Node::Kind kind) {
        if (open_.size() >= max_nesting) {
            problems_.error({.line = here(), .path = path()},
                            fmt::format("nested more than {} levels deep", max_nesting),
                            "a config file is flatter");
            return false;
        }
        Node* const node = add(kind);
        if (node == nullptr) {
            return false;
        }
        open_.push_back(node);  // stays valid: its parent gets no further value before this one is closed
        complete_ = false;
        return true;
    }

    bool close() {
        open_.pop_back();
        complete_ = open_.empty();
        return true;
    }

    /// The place of the value that was begun last.
    std::string path() const {
        std::string result;
        for (const Node* node : open_) {
            if (node->kind == Node::Kind::list) {
                result = entry_path(result, node->entries.empty() ? 0 : node->entries.size() - 1);
            } else if (!node->members.empty()) {
                result = member_path(result, printable(node->members.back().key));
            }
        }
        return result.empty() ? whole_file : result;
    }

    std::string allowed_instead(const SyntaxError& syntax) const {
        if (complete_) {
            return "nothing may follow the last closing bracket";
        }
        if (syntax.context == "object key") {
            return syntax.found == "unexpected '}'" ? "no comma may stand before the closing bracket"
                                                    : "a key in double quotes must stand here";
        }
        if (syntax.context == "object separator") {
            return "a colon must stand between key and value";
        }
        if (syntax.context == "object") {
            return "a comma and the next key, or a closing }, must stand here";
        }
        if (syntax.context == "array") {
            return "a comma and the next entry, or a closing ], must stand here";
        }
        if (syntax.found == "unexpected ']'" && !open_.empty() && open_.back()->kind == Node::Kind::list) {
            return "no comma may stand before the closing bracket";
        }
        return "a text in double quotes, a number, true, false, a list [...] or an object {...} must stand here";
    }

    const Lines& lines_;
    Problems& problems_;
    std::size_t taken_ = 0;
    std::size_t values_ = 0;
    bool complete_ = false;
    Node root_;
    std::vector<Node*> open_;
};

}  // namespace

const Member* Node::find(std::string_view key) const {
    const auto found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &*found;
}

std::string member_path(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

std::string entry_path(const std::string& path, std::size_t index) {
    return fmt::format("{}[{}]", path, index);
}

std::optional<Node> parse_tree(std::string_view text, Problems& problems) {
    const Lines lines(text);
    if (text.size() > max_file_bytes) {
        problems.error({.path = whole_file}, fmt::format("{} bytes", text.size()),
                       fmt::format("at most {} bytes are read", max_file_bytes));
        return std::nullopt;
    }
    if (const auto offset = first_non_utf8(text)) {
        problems.error(lines.place(*offset, whole_file), "a byte that is not UTF-8", "the file must be UTF-8");
        return std::nullopt;
    }
    Builder builder(lines, problems);
    const CountingIterator begin(text.data(), builder.taken());
    const CountingIterator end(text.data() + text.size(), builder.taken());
    constexpr bool to_the_end = true;
    constexpr bool pass_over_comments = true;
    if (!nlohmann::json::sax_parse(begin, end, &builder, nlohmann::json::input_format_t::json, to_the_end,
                                   pass_over_comments)) {
        return std::nullopt;
    }
    return std::move(builder).take();
}

}  // namespace qrvend::config
