#include "tests/config/sample.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace qrvend::config::test {

namespace fs = std::filesystem;

Folder::Folder() {
    write("client-secret", "s3cr3t-one\n");
    write("credentials/subscription-key", "s3cr3t-two");
}

void Folder::write(const std::string& name, std::string_view content) const {
    const fs::path file = path() / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

std::expected<Config, std::vector<Problem>> Folder::load(std::string_view text) const {
    return load_text(text, path() / "kiosk.json", surroundings());
}

std::vector<std::string> Folder::problems(std::string_view text) const {
    const auto config = load(text);
    std::vector<std::string> lines;
    for (const Problem& problem : config ? config->warnings : config.error()) {
        std::string line = to_string(problem);
        line.erase(0, (path() / "kiosk.json:").native().size());
        for (std::size_t at = line.find(path().native()); at != std::string::npos;
             at = line.find(path().native())) {
            line.replace(at, path().native().size(), "FOLDER");
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    if (at == std::string_view::npos || text.find(from, at + 1) != std::string_view::npos) {
        throw std::logic_error("not exactly once in the text: " + std::string(from));
    }
    std::string result(text);
    return result.replace(at, from.size(), to);
}

std::string file_content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path.native());
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace qrvend::config::test
