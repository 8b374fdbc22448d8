#pragma once
// What carries a reader's bytes or lines to the bus and back: one implementation for each way to reach it.

#include "controller/ports/machine.hpp"
#include "drivers/mdb/reader.hpp"

namespace qrvend::mdb {

class Link {
public:
    /// Who hears what comes over the link. Called from the event loop.
    class User {
    public:
        virtual ~User() = default;

        /// The reader may have new events.
        virtual void reader_spoke() = 0;

        /// The way to the bus is open; or closed, and why. The reader's own events about that come first.
        virtual void link_opened() = 0;
        virtual void link_closed(MachineFault why) = 0;
    };

    virtual ~Link() = default;

    virtual Reader& reader() = 0;

    /// Opens the way to the bus, and again whenever it was lost, for as long as the link lives. `user` must outlive
    /// it, and may be called from within.
    virtual void begin(User& user) = 0;

    /// The reader was told something: there may be something to send.
    virtual void reader_told() = 0;
};

}  // namespace qrvend::mdb
