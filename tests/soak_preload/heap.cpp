// Tells how many bytes a program has on its heap, exactly (mallinfo(3)), at a moment when its event loop is at
// rest: just before it sleeps. The kernel's figures count pages, in which a small leak hides for long. Costs
// nothing while nobody asks.

#include <fcntl.h>
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/soak_preload/preload.hpp"

namespace {

using qrvend::soak::HeapPage;

HeapPage* open_page() {
    const char* path = std::getenv(qrvend::soak::heap_variable);
    const int file = path == nullptr ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) {
        return nullptr;
    }
    void* memory = mmap(nullptr, sizeof(HeapPage), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return memory == MAP_FAILED ? nullptr : static_cast<HeapPage*>(memory);
}

void answer() {
    static HeapPage* const page = open_page();
    if (page == nullptr || page->asked == page->answered) {
        return;
    }
    const std::uint64_t question = page->asked;
    const struct mallinfo2 heap = mallinfo2();
    page->bytes = heap.uordblks + heap.hblkhd;
    page->answered = question;
}

}  // namespace

extern "C" int epoll_wait(int epoll, epoll_event* events, int most, int timeout_ms) {
    answer();
    return epoll_pwait(epoll, events, most, timeout_ms, nullptr);
}
