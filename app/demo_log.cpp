#include "app/demo_log.hpp"

#include <iomanip>

namespace qrvend::app {

void DemoLog::start_timing() {
    start_ = clock_->now().monotonic;
}

void DemoLog::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    if (level > minimum_) {
        return;
    }
    if (clock_ != nullptr) {
        out_ << std::setw(7) << (clock_->now().monotonic - start_).count() << " ms  ";
    }
    out_ << std::left << std::setw(15) << message << std::right;
    for (const LogField& field : fields) {
        // The demo has one sale at a time: its number and the journal's say nothing to the reader.
        if (field.key == "sale" || field.key == "sequence" || field.value.empty()) {
            continue;
        }
        out_ << ' ' << (field.key == "detail" ? "" : std::string(field.key) + "=") << field.value;
    }
    out_ << std::endl;
}

}  // namespace qrvend::app
