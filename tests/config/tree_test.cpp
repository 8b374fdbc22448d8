#include "config/tree.hpp"

#include <doctest/doctest.h>

#include "tests/config/sample.hpp"

using namespace qrvend::config;

namespace {

std::vector<std::string> complaints(std::string_view text) {
    Problems problems("f");
    parse_tree(text, problems);
    std::vector<std::string> lines;
    for (const Problem& problem : std::move(problems).take()) {
        lines.push_back(to_string(problem));
    }
    return lines;
}

Node tree(std::string_view text) {
    Problems problems("f");
    auto node = parse_tree(text, problems);
    REQUIRE(node);
    REQUIRE_FALSE(problems.has_error());
    return std::move(*node);
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("every value knows its line") {
    const Node root = tree(
        "// a comment\n"
        "{\n"
        "  \"number\":\n"
        "    12\n"
        "  ,\n"
        "  /* two\n"
        "     lines */ \"list\": [ 1,\n"
        "    \"two\", true\n"
        "  ],\n"
        "  \"object\": {\n"
        "    \"null\": null\n"
        "  }\n"
        "}\n");
    CHECK(root.line == 2);
    CHECK(root.find("number")->line == 3);
    CHECK(root.find("number")->value.line == 4);
    CHECK(root.find("list")->line == 7);
    const Node& list = root.find("list")->value;
    CHECK(list.line == 7);
    REQUIRE(list.entries.size() == 3);
    CHECK(list.entries[0].line == 7);
    CHECK(list.entries[1].line == 8);
    CHECK(list.entries[2].line == 8);
    CHECK(root.find("object")->value.find("null")->line == 11);
}

TEST_CASE("values keep their kind") {
    const Node root =
        tree(R"({"t":"æ\n","i":-5,"f":1.50,"big":18446744073709551615,"b":false,"n":null,"e":[],"o":{}})");
    const auto value = [&](std::string_view key) -> const Node& { return root.find(key)->value; };
    CHECK(value("t").kind == Node::Kind::text);
    CHECK(value("t").text == "æ\n");
    CHECK(value("i").kind == Node::Kind::integer);
    CHECK(value("i").integer == -5);
    CHECK(value("f").kind == Node::Kind::other_number);
    CHECK(value("f").text == "1.50");
    CHECK(value("big").kind == Node::Kind::other_number);
    CHECK(value("b").kind == Node::Kind::boolean);
    CHECK(value("n").kind == Node::Kind::null);
    CHECK(value("e").kind == Node::Kind::list);
    CHECK(value("o").kind == Node::Kind::object);
    CHECK(root.find("absent") == nullptr);
}

TEST_CASE("a byte-order mark and Windows line ends are passed over") {
    const Node root = tree("\xef\xbb\xbf{\r\n\"a\": 1\r\n}\r\n");
    CHECK(root.find("a")->line == 2);
}

TEST_CASE("what is not JSON is named with line, column and what belongs there") {
    CHECK(complaints("{\"a\": 1\n \"b\": 2}") ==
          Lines{"f:2:4: a: unexpected string literal; a comma and the next key, or a closing }, must stand here"});
    CHECK(complaints("{\"a\": 1,\n}") ==
          Lines{"f:2:1: a: unexpected '}'; no comma may stand before the closing bracket"});
    CHECK(complaints("{\"a\": [1, 2, ]}") ==
          Lines{"f:1:14: a[1]: unexpected ']'; no comma may stand before the closing bracket"});
    CHECK(complaints("{\"a\": [1 2]}") == Lines{"f:1:10: a[0]: unexpected number literal; a comma and the next "
                                                "entry, or a closing ], must stand here"});
    CHECK(complaints("{\"a\" 1}") ==
          Lines{"f:1:6: a: unexpected number literal; a colon must stand between key and value"});
    CHECK(complaints("{a: 1}") == Lines{"f:1:2: (file): invalid literal; a key in double quotes must stand here"});
    CHECK(complaints("{\"a\": {\"b\": tru}}") == Lines{"f:1:16: a.b: invalid literal; a text in double quotes, a "
                                                       "number, true, false, a list [...] or an object "
                                                       "{...} must stand here"});
    CHECK(complaints("{}\n{}") ==
          Lines{"f:2:1: (file): unexpected '{'; nothing may follow the last closing bracket"});
    CHECK(complaints("{\"a\": 1") ==
          Lines{"f:1:7: a: unexpected end of input; a comma and the next key, or a closing }, must stand here"});
    CHECK(complaints("") ==
          Lines{"f:1:1: (file): unexpected end of input; a text in double quotes, a number, true, "
                "false, a list [...] or an object {...} must stand here"});
    CHECK(complaints("{\"a\": 1e999}") == Lines{"f:1:11: a: a number that is too large; write a smaller one"});
}

TEST_CASE("a syntax error quotes nothing of the file, which may be a secret") {
    const auto lines = complaints("{\"client_secret\": \"s3cr3t; expected s3cr3t\n\"}");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with("f:1:"));
    CHECK(lines[0].find("s3cr3t") == std::string::npos);
}

TEST_CASE("every key that stands twice is named, and reading goes on") {
    CHECK(complaints("{\"a\": 1,\n\"a\": 2,\n\"b\": {\"c\": 1, \"c\": 2}}") ==
          Lines{"f:2: a: the key stands twice, first on line 1; each key may stand once",
                "f:3: b.c: the key stands twice, first on line 3; each key may stand once"});
}

TEST_CASE("a key that would break the line of a message does not") {
    CHECK(complaints(R"({"a\nb": 1, "a\nb": 2})") ==
          Lines{"f:1: a?b: the key stands twice, first on line 1; each key may stand once"});
}

TEST_CASE("bytes that are not UTF-8 are named with their place, in comments too") {
    CHECK(complaints("{\n// \xff\n}") == Lines{"f:2:4: (file): a byte that is not UTF-8; the file must be UTF-8"});
    CHECK(complaints("{\n\"a\": \"\xc3(\"\n}") ==
          Lines{"f:2:7: (file): a byte that is not UTF-8; the file must be UTF-8"});
}

TEST_CASE("size, nesting and number of values are limited") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(complaints(nested(max_nesting)).empty());
    REQUIRE(complaints(nested(max_nesting + 1)).size() == 1);
    CHECK(complaints(nested(max_nesting + 1))[0].ends_with(
        ": nested more than 16 levels deep; a config file is flatter"));

    std::string many = "[0";
    for (std::size_t count = 1; count < max_values; ++count) {
        many += ",0";
    }
    CHECK(complaints(many + "]") == Lines{"f:1: [9998]: more than 10000 values; a config file is smaller"});

    CHECK(complaints(std::string(max_file_bytes + 1, ' ')) ==
          Lines{"f:1: (file): 1048577 bytes; at most 1048576 bytes are read"});
}
