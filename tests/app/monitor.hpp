#pragma once
// A screen without a monitor (an X server in memory), a finger on it, and a camera in front of it that reads QR
// codes with another library than the one that draws them. The programs are Debian's xvfb, xdotool, imagemagick,
// zbar-tools.
//
// Throws std::runtime_error where something does not happen in time, as stand.hpp does.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.hpp"

namespace qrvend::test {

/// A place on the screen, in thousandths of its width and height.
struct Place {
    int across = 500;
    int down = 500;
};

/// What the camera saw, as a file of plain pixels: equal pictures are equal files.
using Picture = std::filesystem::path;

class Monitor {
public:
    Monitor(int width, int height);
    ~Monitor();
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

    /// For the environment variable DISPLAY.
    const std::string& display() const { return display_; }

    Picture picture();

    /// Once nothing changes any more.
    Picture settled_picture();

    /// Touches the place until the program's output holds `part`: a touch too early does not count, by design.
    void touch(Place place, Process& program, const std::string& part);
    void touch(Place place);

    /// Waits until the screen shows a code, and returns what it says.
    std::string wait_for_code();
    void wait_until_no_code();

    /// Waits until the screen looks other than (or just as) in an earlier picture.
    void wait_until_other_than(const Picture& earlier);
    void wait_until_as(const Picture& earlier);

    /// A picture as a worse camera would take it: ImageMagick's options between the two file names.
    Picture spoilt(const Picture& picture, const std::vector<std::string>& options);

    /// The X server ends, with everything on it.
    void pull_the_plug();

private:
    template <class Condition>
    void wait_until(const std::string& what, Condition condition);
    Picture new_file();

    std::filesystem::path folder_;
    int width_;
    int height_;
    int pictures_ = 0;
    std::unique_ptr<Process> server_;
    std::string display_;
};

/// What the codes in a picture say; none where none can be read.
std::vector<std::string> codes_in(const Picture& picture);

}  // namespace qrvend::test
