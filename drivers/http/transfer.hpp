#pragma once
// One request as libcurl sees it: an easy handle, what the answer has brought so far, and which world a failure
// means.
//
// libcurl 7.88 sends a request again by itself when a kept connection dies before any byte of the answer
// (transfer.c, Curl_retry_request), even a POST. Its pre-request callback runs before every sending, once the
// connection and TLS stand. So the callback lets the first sending pass and aborts a second, and whether it was
// called at all tells *unsent* from *unknown* exactly.

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "controller/base/http_message.hpp"
#include "controller/base/result.hpp"
#include "controller/base/time.hpp"
#include "drivers/http/client.hpp"

namespace qrvend::http {

class Transfer {
public:
    /// Throws std::runtime_error where libcurl refuses an option, which no input can bring about.
    static Result<std::unique_ptr<Transfer>> make(HttpRequest request, const ClientOptions& options,
                                                  milliseconds deadline);

    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    CURL* easy() const { return easy_.get(); }

    /// scheme://host:port, the same text for each request that may share a connection.
    const std::string& origin() const { return origin_; }

    /// What came of it; no `code` where the transfer was stopped before its end.
    Result<HttpResponse> finish(std::optional<CURLcode> code);

private:
    template <auto Cleanup>
    struct Free {
        void operator()(auto* handle) const { Cleanup(handle); }
    };
    using Easy = std::unique_ptr<CURL, Free<curl_easy_cleanup>>;
    using Url = std::unique_ptr<CURLU, Free<curl_url_cleanup>>;
    using HeaderLines = std::unique_ptr<curl_slist, Free<curl_slist_free_all>>;

    Transfer(HttpRequest request, const ClientOptions& options, Url url);

    static std::optional<Failure> check_url(CURLU* url, const std::string& text);

    template <class Value>
    void set(CURLoption option, Value value);
    void set_up(milliseconds deadline, const ClientOptions& options);
    void set_up_security(const ClientOptions& options);
    void set_up_message();
    void add_header_line(const std::string& line);

    bool take_header_line(std::string_view line);
    bool take_body(std::string_view bytes);
    Failure failure(CURLcode code) const;

    static int on_sending(void* self, char*, char*, int, int);
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);

    HttpRequest request_;
    std::string origin_;
    std::size_t max_body_bytes_;
    std::size_t max_header_bytes_;

    HttpResponse response_;
    std::size_t header_bytes_ = 0;
    bool headers_complete_ = false;
    bool too_large_ = false;
    bool sent_ = false;

    // The handle last: it points into everything above, and is the first to go.
    std::array<char, CURL_ERROR_SIZE> error_text_{};
    Url url_;
    HeaderLines header_lines_;
    Easy easy_;
};

}  // namespace qrvend::http
