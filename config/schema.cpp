#include "config/schema.hpp"

#include <nlohmann/json.hpp>

#include "config/keys.hpp"
#include "config/sections.hpp"

namespace qrvend::config {

namespace {

using Json = nlohmann::ordered_json;

Json schema_of(const Section& section);

/// Limits, under the name that the schema has for them with this type.
void add_limits(Json& schema, const Key& key, const char* minimum, const char* maximum) {
    if (key.minimum) {
        schema[minimum] = *key.minimum;
    }
    if (key.maximum) {
        schema[maximum] = *key.maximum;
    }
}

void add_text(Json& schema, const Key& key) {
    schema["type"] = "string";
    if (!key.choices.empty()) {
        schema["enum"] = key.choices;
        return;
    }
    Key bounded = key;
    bounded.maximum = key.maximum.value_or(default_text_maximum);
    add_limits(schema, bounded, "minLength", "maxLength");
    if (!key.pattern.empty()) {
        schema["pattern"] = "^(" + std::string(key.pattern) + ")$";
    }
}

void add_texts(Json& schema, const Key& key) {
    schema["type"] = "array";
    schema["items"] = {{"type", "string"}, {"enum", key.choices}};
    schema["uniqueItems"] = true;
    add_limits(schema, key, "minItems", "maxItems");
}

void add_type(Json& schema, const Key& key) {
    switch (key.type) {
        case Key::Type::text:
            add_text(schema, key);
            break;
        case Key::Type::integer:
            schema["type"] = "integer";
            add_limits(schema, key, "minimum", "maximum");
            break;
        case Key::Type::boolean:
            schema["type"] = "boolean";
            break;
        case Key::Type::texts:
            add_texts(schema, key);
            break;
        case Key::Type::file:
            schema["type"] = "string";
            schema["minLength"] = 1;
            schema["maxLength"] = max_path_bytes;
            break;
        case Key::Type::secret:
            schema["allOf"] = Json::array({{{"$ref", "#/definitions/secret"}}});
            break;
        case Key::Type::section:
            schema.update(schema_of(*key.section));
            break;
        case Key::Type::sections:
            schema["type"] = "array";
            schema["items"] = schema_of(*key.section);
            add_limits(schema, key, "minItems", "maxItems");
            break;
    }
}

Json schema_of(const Key& key) {
    Json schema;
    add_type(schema, key);
    schema["description"] = key.about;
    if (!key.otherwise.empty()) {
        schema["default"] = Json::parse(key.otherwise);
    }
    if (!key.example.empty()) {
        schema["examples"] = Json::array({Json::parse(key.example)});
    }
    return schema;
}

Json schema_of(const Section& section) {
    Json schema{{"type", "object"}, {"description", section.about}};
    Json properties = Json::object();
    Json required = Json::array();
    for (const Key& key : section.keys) {
        properties[std::string(key.name)] = schema_of(key);
        if (key.required) {
            required.push_back(key.name);
        }
    }
    schema["properties"] = std::move(properties);
    if (!required.empty()) {
        schema["required"] = std::move(required);
    }
    schema["additionalProperties"] = false;
    return schema;
}

/// An object with this one key.
Json one_key(const char* name, const char* about) {
    return {{"type", "object"},
            {"properties", {{name, {{"type", "string"}, {"minLength", 1}, {"description", about}}}}},
            {"required", Json::array({name})},
            {"additionalProperties", false}};
}

Json secret_schema() {
    return {{"description", "Where a secret is kept; never the secret itself."},
            {"oneOf",
             Json::array({one_key("file",
                                  "A file with the secret on one line, readable by its owner alone (mode 0600). "
                                  "The path starts from the config file's folder."),
                          one_key("credential", "A systemd credential (LoadCredential= of the unit).")})}};
}

}  // namespace

std::string schema() {
    Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "qrvend: config of one machine"}};
    schema.update(schema_of(root_section()));
    schema["definitions"] = {{"secret", secret_schema()}};
    return schema.dump(2) + "\n";
}

}  // namespace qrvend::config
