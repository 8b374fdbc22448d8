#pragma once
// The settings that may be changed while the sandbox runs, as the control interface writes them.

#include <vector>

#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/problem.hpp"
#include "drivers/vipps/sandbox/settings.hpp"

namespace qrvend::vipps::sandbox {

json::Value settings_json(const Settings& settings);

/// Changes what `body` names; what it gets wrong goes to `errors`.
void read_settings(const json::Value& body, Settings& wanted, std::vector<FieldError>& errors);

}  // namespace qrvend::vipps::sandbox
