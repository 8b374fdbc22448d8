#include "config/secret.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/config/sample.hpp"

using namespace qrvend::config;
namespace fs = std::filesystem;

namespace {

struct Outcome {
    std::optional<std::string> secret;
    std::vector<Problem> problems;
};

Outcome read(const fs::path& path, SecretKeeper keeper = SecretKeeper::technician) {
    Problems problems("f");
    auto secret = read_secret(path, keeper, {.line = 3, .path = "here"}, problems);
    return {.secret = std::move(secret), .problems = std::move(problems).take()};
}

}  // namespace

TEST_CASE("a secret is the file's one word, without the line's end") {
    const test::Folder folder;
    for (const char* content : {"word", "word\n", "word\r\n"}) {
        folder.write("secret", content);
        const Outcome outcome = read(folder.path() / "secret");
        CHECK(outcome.secret == "word");
        CHECK(outcome.problems.empty());
    }
}

TEST_CASE("a file that holds no usable secret is named, and its content is not") {
    const test::Folder folder;
    for (const std::string& content :
         {std::string(), std::string("\n"), std::string("s3cr3t\n\n"), std::string("s3cr3t two"),
          std::string("s3cr3t\0", 7), std::string("s3cr3t-æ"), std::string(max_secret_bytes + 1, 'x')}) {
        folder.write("secret", content);
        const Outcome outcome = read(folder.path() / "secret");
        CHECK_FALSE(outcome.secret);
        REQUIRE(outcome.problems.size() == 1);
        CHECK(outcome.problems[0].severity == Severity::error);
        CHECK(outcome.problems[0].line == 3);
        CHECK(outcome.problems[0].found.find((folder.path() / "secret").native()) != std::string::npos);
        CHECK(to_string(outcome.problems[0]).find("s3cr3t") == std::string::npos);
    }
}

TEST_CASE("a secret that others may use is an error, one that a group may use a warning") {
    const test::Folder folder;
    const auto with_mode = [&](mode_t mode, SecretKeeper keeper) {
        folder.write("secret", "word");
        REQUIRE(::chmod((folder.path() / "secret").c_str(), mode) == 0);
        return read(folder.path() / "secret", keeper);
    };
    for (const mode_t mode : {0644U, 0604U, 0602U, 0601U}) {
        const Outcome outcome = with_mode(mode, SecretKeeper::technician);
        REQUIRE(outcome.problems.size() == 1);
        CHECK(outcome.problems[0].severity == Severity::error);
    }
    const Outcome group = with_mode(0640, SecretKeeper::technician);
    REQUIRE(group.problems.size() == 1);
    CHECK(to_string(group.problems[0]) ==
          "f:3: warning: here: a whole group may use " + (folder.path() / "secret").native() +
              " (mode 0640); only its owner may: chmod 600 " + (folder.path() / "secret").native());
    CHECK(group.secret == "word");
    CHECK(with_mode(0600, SecretKeeper::technician).problems.empty());
    CHECK(with_mode(0440, SecretKeeper::systemd).problems.empty());
}

TEST_CASE("what is not a file does not hold the start up") {
    const test::Folder folder;
    REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
    for (const auto& [path, why] : {std::pair{folder.path() / "pipe", "not a file"},
                                    {folder.path(), "not a file"},
                                    {fs::path("/dev/zero"), "not a file"},
                                    {folder.path() / "absent", "No such file or directory"}}) {
        const Outcome outcome = read(path);
        CHECK_FALSE(outcome.secret);
        REQUIRE(outcome.problems.size() == 1);
        CHECK(outcome.problems[0].found == path.native() + ": " + why);
    }
}
