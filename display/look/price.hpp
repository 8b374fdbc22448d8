#pragma once
// Prices as people of each language write them.

#include <string>

#include "controller/base/money.hpp"
#include "display/settings.hpp"

namespace qrvend::display {

/// nb "kr 35,00", sv "35 kr" and "35:50 kr", da "35,00 kr.", fi "2,50 €", en "NOK 35.00" and "€2.50". Kroner of a
/// country that does not speak the language carry their code ("35,00 NOK"). Never breaks over two lines.
std::string price(Money money, Language language);

}  // namespace qrvend::display
