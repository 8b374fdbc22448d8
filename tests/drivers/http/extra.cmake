# The TLS test plays the server's side with Asio and OpenSSL.
target_link_libraries(tests_drivers_http PRIVATE OpenSSL::SSL OpenSSL::Crypto)
