#pragma once
// The JSON schema (draft-07) of the config file, from the same declarations that the reader follows. Editors
// complete and check with it. Rules between several keys are beyond it: `qrvend check` has the last word.

#include <string>

namespace qrvend::config {

/// The text of kiosk.schema.json.
std::string schema();

}  // namespace qrvend::config
