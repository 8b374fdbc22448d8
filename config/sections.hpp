#pragma once
// The sections of the config file, one section_*.cpp each: the declared keys, the rules that look at several values
// at once, and the settings made of them.
//
// A rule (check_*) may meet anything: values that are absent because they were wrong. Settings (*_settings) are
// made only where no error was found.

#include "config/config.hpp"
#include "config/keys.hpp"
#include "config/record.hpp"

namespace qrvend::config {

/// The whole file.
const Section& root_section();

const Section& kiosk_section();
KioskSettings kiosk_settings(const Record& root);

const Section& product_section();
void check_products(const Record& root, Problems& problems);
std::vector<ProductSettings> product_settings(const Record& root);

const Section& machine_section();
/// Whether the machine that `root` describes tells a product that dropped from one that did not; true where the
/// file does not say which machine it is.
bool machine_confirms_product(const Record& root);
void check_machine(const Record& root, Problems& problems);
MachineSettings machine_settings(const Record& root);

const Section& modbus_section();
void check_modbus(const Record& root, const Record& modbus, Problems& problems);
/// As machine_confirms_product().
bool modbus_confirms_product(const Record& modbus);
modbus::Settings modbus_settings(const Record& modbus);

const Section& mdb_section();
void check_mdb(const Record& root, const Record& mdb, Problems& problems);
/// As machine_confirms_product().
bool mdb_confirms_product(const Record& mdb);
mdb::Settings mdb_settings(const Record& root, const Record& mdb);

const Section& payment_section();
void check_payment(const Record& root, Problems& problems);
PaymentSettings payment_settings(const Record& root);

const Section& vipps_section();
void check_vipps(const Record& root, const Record& vipps, Problems& problems);
vipps::Settings vipps_settings(const Record& root, const Record& vipps);

const Section& display_section();
void check_display(const Record& root, Problems& problems);
std::optional<display::Settings> display_settings(const Record& root);

const Section& web_section();
void check_web(const Record& root, Problems& problems);
WebSettings web_settings(const Record& root);

}  // namespace qrvend::config
