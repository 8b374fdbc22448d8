#pragma once
// The tables themselves; everybody else asks texts_of().

#include "display/look/texts.hpp"

namespace qrvend::display {

extern const Texts texts_nb;
extern const Texts texts_sv;
extern const Texts texts_da;
extern const Texts texts_fi;
extern const Texts texts_en;

}  // namespace qrvend::display
