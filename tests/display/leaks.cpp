// What SDL's helpers keep for the life of the process is no leak of ours (asked for by the leak sanitizer).

extern "C" const char* __lsan_default_suppressions() {
    return "leak:libdbus-1\n";
}
