#include "drivers/mdb/vmc/books.hpp"

#include <algorithm>

namespace qrvend::mdb::vmc {

std::size_t Books::drops() const {
    return static_cast<std::size_t>(std::ranges::count(vends, true, &Vend::dropped) +
                                    std::ranges::count(cash_sales, true, &CashSale::dropped));
}

std::size_t Books::approvals() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(vends, [](const Vend& vend) { return vend.approved.has_value(); }));
}

}  // namespace qrvend::mdb::vmc
