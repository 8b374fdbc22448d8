#pragma once
// Mistakes with the journal: what is taken for durable, what is written too late, what is overlooked at the start.

#include <memory>

#include "tests/simulation/planted.hpp"

namespace qrvend::simulation::planted {

/// A write that fails counts as done, and selling goes on.
std::unique_ptr<Journal> failed_sync_swallowed(Journal& journal, Soil soil);

/// An append is confirmed when it is queued.
std::unique_ptr<Journal> confirmed_before_durable(Journal& journal, Soil soil);

/// An act's intent is written together with what came of it.
std::unique_ptr<Journal> intent_after_act(Journal& journal, Soil soil);
std::unique_ptr<Journal> vend_written_after_command(Journal& journal, Soil soil);

/// A new start knows of nothing that an earlier one has begun.
std::unique_ptr<Journal> open_sales_forgotten(Journal& journal, Soil soil);

/// A new start gives every sale up, also one whose vend was commanded.
std::unique_ptr<Journal> started_vend_abandoned(Journal& journal, Soil soil);

}  // namespace qrvend::simulation::planted
