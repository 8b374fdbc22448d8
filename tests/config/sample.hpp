#pragma once
// A folder with a small config and its secrets, made for one test and removed after it.

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "drivers/system/temporary_folder.hpp"

namespace qrvend::config::test {

/// A config without a problem, 24 lines. Tests change pieces of it.
inline constexpr std::string_view sample = R"({
  "kiosk": {
    "id": "vm-0042",
    "name": "Petra",
    "currency": "NOK"
  },
  "products": [
    { "slot": 12, "name": "Cola 0,5 l", "price_minor": 3500, "vat_bp": 1500 },
    { "slot": 13, "name": "Vann 0,5 l", "price_minor": 2900, "vat_bp": 1500 }
  ],
  "machine": { "driver": "simulated" },
  "payment": {
    "provider": "vipps",
    "timeout_s": 300,
    "vipps": {
      "merchant_serial_number": "123456",
      "client_id": "fb492b5e",
      "client_secret": { "file": "client-secret" },
      "subscription_key": { "credential": "subscription-key" }
    }
  },
  "display": { "enabled": false },
  "state_directory": "/var/lib/qrvend"
})";

class Folder {
public:
    Folder();

    const std::filesystem::path& path() const { return folder_.path(); }

    /// Writes a file that its owner alone may use.
    void write(const std::string& name, std::string_view content) const;

    Surroundings surroundings() const { return {.credentials_directory = path() / "credentials"}; }

    /// What load() says of `text` as kiosk.json in this folder.
    std::expected<Config, std::vector<Problem>> load(std::string_view text) const;

    /// The problems of `text` as they are printed, errors and warnings, with "FOLDER" for the folder's path and
    /// without the file's name in front.
    std::vector<std::string> problems(std::string_view text) const;

private:
    TemporaryFolder folder_;
};

/// `text` with the only occurrence of `from` replaced.
std::string replaced(std::string_view text, std::string_view from, std::string_view to);

/// The whole of a file in the repository.
std::string file_content(const std::filesystem::path& path);

}  // namespace qrvend::config::test

/// Failed comparisons of lists print them.
template <>
struct doctest::StringMaker<std::vector<std::string>> {
    static String convert(const std::vector<std::string>& lines) {
        std::string all;
        for (const std::string& line : lines) {
            all += "\n    " + line;
        }
        return all.c_str();
    }
};
