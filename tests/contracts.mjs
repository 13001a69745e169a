// Reads OpenAPI documents for contracts.cs, by libraries that the compiler of contracts does not use.
//   facts FILE       what a document needs, by the rows of the table of needs
//   agree FILE URL   makes requests of a document, valid and invalid, has ajv judge them, sends them, and prints where the server disagrees
import { Agent, request } from "node:http";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import RandExp from "randexp";
import { parse } from "yaml";

const methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

// The files of a document, each read once. A node knows in which file it stands.
const files = new Map();
const fileOf = new WeakMap();

function load(path) {
  if (!files.has(path)) {
    const root = parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""), { uniqueKeys: false, maxAliasCount: -1, merge: false, logLevel: "silent" });
    files.set(path, root);
    const mark = (node) => {
      if (node !== null && typeof node === "object" && !fileOf.has(node)) {
        fileOf.set(node, path);
        Object.values(node).forEach(mark);
      }
    };
    mark(root);
  }
  return files.get(path);
}

/** What a reference in a file points to; undefined where it points to nothing. */
function follow(reference, file) {
  const [path, pointer = ""] = reference.split("#");
  let node = load(path === "" ? file : resolve(dirname(file), decodeURIComponent(path)));
  for (const part of pointer.split("/").slice(1)) {
    node = node?.[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return node;
}

function deref(node) {
  for (let steps = 0; typeof node?.$ref === "string" && steps < 50; steps++) {
    node = follow(node.$ref, fileOf.get(node));
  }
  return node;
}

const isMap = (node) => node !== null && typeof node === "object" && !Array.isArray(node);

function* operationsOf(document) {
  for (const [path, reference] of Object.entries(document.paths ?? {})) {
    const item = deref(reference);
    for (const method of methods.filter((name) => isMap(item?.[name]))) {
      yield { path, method, item, operation: item[method] };
    }
  }
}

function parametersOf({ item, operation }) {
  const byName = new Map();
  for (const parameter of [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(deref)) {
    if (isMap(parameter)) {
      byName.set(`${parameter.in} ${parameter.name}`, parameter);
    }
  }
  return [...byName.values()];
}

// ---- facts

function facts(path) {
  const document = load(path);
  const rows = new Set(["A"]);
  const version = String(document.openapi);
  const typed = new Map();
  const seen = new Set();
  const isStructured = (schema) => ["type", "enum", "const", "properties", "items", "allOf", "oneOf", "anyOf", "$ref", "additionalProperties", "format", "pattern"].some((name) => name in schema);
  const has = (schema) => {
    const target = deref(schema);
    if (!isMap(target) || !isStructured(target)) {
      return false;
    }
    const type = [target.type].flat();
    if (type.includes("array") && !target.oneOf) {
      return target.items !== undefined && has(target.items);
    }
    return !(type.filter((name) => name !== "null").length > 1) && !([...(target.oneOf ?? []), ...(target.anyOf ?? []), ...(target.allOf ?? [])].some((part) => !has(part)));
  };

  function schema(node, stack = []) {
    if (!isMap(node)) {
      return;
    }
    if (typeof node.$ref === "string") {
      const target = deref(node);
      if (fileOf.get(target) !== path || !/^#\/components\/schemas\/[^/]+$/.test(node.$ref)) rows.add("Q");
      if (Object.keys(node).length > 1) rows.add("O");
      if (stack.includes(target)) rows.add("H");
      else if (target !== undefined) schema(target, stack);
      return;
    }
    if (stack.includes(node)) {
      rows.add("H");
      return;
    }
    if (seen.has(node)) {
      return;
    }
    seen.add(node);
    const inner = [...stack, node];
    if (node.allOf) rows.add("F");
    if (node.oneOf || node.anyOf || node.not || node.discriminator) rows.add("G");
    if (Array.isArray(node.type) || "const" in node || typeof node.exclusiveMinimum === "number" || typeof node.exclusiveMaximum === "number" || node.$defs || node.examples || node.prefixItems) rows.add("O");
    if (node.format || node.pattern || "default" in node || node.nullable || node.readOnly || node.writeOnly || ["number", "integer"].includes(node.type)) rows.add("D");
    if (["title", "externalDocs", "example", "examples", "xml"].some((name) => name in node) || Object.keys(node).some((name) => name.startsWith("x-"))) rows.add("E");
    if (node.additionalProperties !== undefined || node.type === undefined || node.type === "array" || (node.enum && node.type === "integer") || node.type === "object") rows.add("C");
    for (const [name, value] of Object.entries(node.properties ?? {})) {
      if (!/^[a-z][a-zA-Z0-9]+$/.test(name)) rows.add("B");
      if (isMap(value)) typed.set(name, (typed.get(name) ?? true) && has(value));
      schema(value, inner);
    }
    for (const name of ["items", "additionalProperties", "not", "propertyNames"]) schema(node[name], inner);
    for (const name of ["allOf", "oneOf", "anyOf", "prefixItems"]) (Array.isArray(node[name]) ? node[name] : []).forEach((part) => schema(part, inner));
    for (const name of ["$defs", "patternProperties", "dependentSchemas"]) Object.values(node[name] ?? {}).forEach((part) => schema(part, inner));
  }

  let count = 0;
  if (version.startsWith("3.1")) rows.add("O");
  if (document.webhooks || files.size > 1) rows.add("Q");
  for (const scheme of Object.values(document.components?.securitySchemes ?? {}).map(deref)) {
    if (!(scheme?.type === "http" && String(scheme.scheme).toLowerCase() === "bearer")) rows.add("K");
  }
  const security = (requirements) => {
    if (Array.isArray(requirements) && (requirements.length > 1 || requirements.some((one) => Object.keys(one).length !== 1))) rows.add("K");
  };
  security(document.security);
  for (const entry of operationsOf(document)) {
    count++;
    const { path: route, method, operation } = entry;
    security(operation.security);
    if (/\}[^/]|[^/]\{|.\/$|:/.test(route) || ["head", "options", "trace"].includes(method)) rows.add("J");
    if (!/^[a-z][a-zA-Z0-9]+$/.test(operation.operationId ?? "") || operation.tags?.length !== 1 || !/^[A-Za-z]+$/.test(operation.tags[0]) || !operation.summary) rows.add("B");
    if (operation.callbacks) rows.add("Q");
    for (const parameter of parametersOf(entry)) {
      const type = deref(parameter.schema)?.type;
      if (parameter.content || parameter.in === "cookie" || type === "array" || type === "object" || parameter.style) rows.add("I");
      if (!/^[a-zA-Z][a-zA-Z0-9-]+$/.test(parameter.name)) rows.add("B");
      schema(parameter.schema ?? Object.values(parameter.content ?? {})[0]?.schema);
    }
    const body = deref(operation.requestBody);
    if (body) {
      if (!body.required || ["delete", "get", "head"].includes(method)) rows.add("L");
      const types = Object.keys(body.content ?? {});
      if (types.length !== 1 || !/^application\/(?:[\w.-]+\+)?json/.test(types[0] ?? "")) rows.add("N");
      Object.values(body.content ?? {}).forEach((media) => schema(media?.schema));
    }
    for (const response of Object.values(operation.responses ?? {}).map(deref)) {
      const types = Object.keys(response?.content ?? {});
      if (types.length > 1 || types.some((type) => !/^application\/(?:problem\+)?json/.test(type))) rows.add("M");
      for (const header of Object.values(response?.headers ?? {}).map(deref)) {
        if (deref(header?.schema)?.type !== "string") rows.add("M");
        schema(header?.schema);
      }
      Object.values(response?.content ?? {}).forEach((media) => schema(media?.schema));
    }
  }
  Object.values(document.components?.schemas ?? {}).forEach((node) => schema(node));
  if (document.servers || document.externalDocs) rows.add("E");
  return { version, operations: count, rows: [..."ABCDEJMIFKNLGOQH"].filter((row) => rows.has(row)).join(""), typed: [...typed].filter(([, is]) => is).map(([name]) => name) };
}

// ---- JSON Schema 2020-12 of what OpenAPI says about requests

function isPattern(text, flags) {
  try {
    return new RegExp(text, flags) !== undefined;
  } catch {
    return false;
  }
}

class Schemas {
  constructor(version) {
    this.is30 = version.startsWith("3.0");
    this.names = new Map();

    // What stands in an allOf: there the discriminator of a base says nothing.
    this.parts = new Map();
    this.$defs = {};

    // Whether all patterns are what ECMA-262 takes with its flag u, as JSON Schema wants them.
    this.unicode = true;
  }

  /** Where the schema stands among the definitions; one that contains itself refers to itself. */
  reference(node, isPart = false) {
    const names = isPart ? this.parts : this.names;
    if (!names.has(node)) {
      const name = `${isPart ? "p" : "s"}${names.size}`;
      names.set(node, name);
      this.$defs[name] = {};
      this.$defs[name] = this.convert(node, node, isPart);
    }
    return { $ref: `#/$defs/${names.get(node)}` };
  }

  of(node, isPart = false) {
    if (typeof node === "boolean" || !isMap(node)) {
      return node ?? true;
    }
    if (typeof node.$ref === "string") {
      const target = follow(node.$ref, fileOf.get(node));
      if (target === undefined) throw new Error(`${node.$ref} points to nothing`);
      const { $ref, ...rest } = node;
      const referred = typeof target === "boolean" ? target : isMap(target) && typeof target.$ref === "string" ? this.of(target, isPart) : this.reference(target, isPart && isMap(target) && (isMap(target.discriminator) || this.isClosed(target)));
      const siblings = this.is30 ? {} : this.convert(rest, node);
      return Object.keys(siblings).length === 0 ? referred : { allOf: [referred, siblings] };
    }
    return this.convert(node, node, isPart);
  }

  convert(node, origin = node, isPart = false) {
    const out = {};
    const copy = (...names) => names.filter((name) => name in node && node[name] !== null).forEach((name) => (out[name] = node[name]));
    copy("enum", "format", "minimum", "maximum", "multipleOf", "pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "required", "const");
    if (!this.is30) copy("exclusiveMinimum", "exclusiveMaximum", "minContains", "maxContains", "dependentRequired");
    else {
      for (const [limit, exclusive] of [["minimum", "exclusiveMinimum"], ["maximum", "exclusiveMaximum"]]) {
        if (node[exclusive] === true && limit in out) {
          out[exclusive] = out[limit];
          delete out[limit];
        }
      }
    }
    if (typeof out.pattern === "string" && !isPattern(out.pattern, "u")) {
      this.unicode = false;
      if (!isPattern(out.pattern, "")) delete out.pattern;
    }
    if (node.type !== undefined && node.type !== null) {
      out.type = node.nullable === true && !Array.isArray(node.type) ? [node.type, "null"] : node.type;
    }
    if (node.nullable === true && out.enum && node.type !== undefined && !out.enum.includes(null)) {
      out.enum = [...out.enum, null];
    }
    if (isMap(node.properties)) {
      out.properties = Object.fromEntries(Object.entries(node.properties).map(([name, value]) => [name, this.isReadOnly(value) ? { allOf: [this.of(value)], "x-read-only": true } : this.of(value)]));
    }
    // What is only read need not be sent.
    if (Array.isArray(out.required)) {
      out.required = [...new Set(out.required)].filter((name) => !this.isReadOnly(node.properties?.[name]));
      if (out.required.length === 0) delete out.required;
    } else delete out.required;
    if (node.items !== undefined) out.items = this.of(node.items);
    if (node.additionalProperties !== undefined) out.additionalProperties = this.of(node.additionalProperties);
    for (const name of this.is30 ? ["not"] : ["not", "contains", "propertyNames", "if", "then", "else", "unevaluatedProperties", "unevaluatedItems"]) if (node[name] !== undefined) out[name] = this.of(node[name]);
    for (const name of this.is30 ? ["allOf", "oneOf", "anyOf"] : ["allOf", "oneOf", "anyOf", "prefixItems"]) if (Array.isArray(node[name]) && node[name].length > 0) out[name] = node[name].map((part) => this.of(part, name === "allOf"));
    if (!this.is30) for (const name of ["patternProperties", "dependentSchemas"]) if (isMap(node[name])) out[name] = Object.fromEntries(Object.entries(node[name]).map(([key, value]) => [key, this.of(value)]));
    // A part of an allOf that allows no other members means those of the whole.
    if (isPart && out.additionalProperties === false) delete out.additionalProperties;
    if (!isPart && out.additionalProperties === false && Array.isArray(node.allOf)) {
      delete out.additionalProperties;
      out.unevaluatedProperties = false;
    }
    if (!isPart && out.additionalProperties === undefined && (node.allOf ?? []).some((part) => this.isClosed(part))) out.unevaluatedProperties = false;
    // A type that is left out is the one that the other keywords are about, as teams mean it; by JSON Schema these would say nothing of other types.
    if (out.type === undefined && !("enum" in out) && !("const" in out)) {
      if (out.properties || out.additionalProperties !== undefined) out.type = this.is30 && node.nullable === true ? ["object", "null"] : "object";
      else if (out.items !== undefined) out.type = this.is30 && node.nullable === true ? ["array", "null"] : "array";
    }
    if (!isPart) this.discriminate(node, out, origin);
    if (out.format === "binary") delete out.format;
    // nullable without a type is meant for what the other keywords describe.
    return node.nullable === true && out.type === undefined && !out.enum && (out.allOf || out.oneOf || out.anyOf) ? { anyOf: [out, { type: "null" }] } : out;
  }

  // A discriminator says which alternative is meant, so no other is looked at.
  discriminate(node, out, origin) {
    const key = node.discriminator?.propertyName;
    const kind = out.oneOf ? "oneOf" : "anyOf";
    if (typeof key !== "string" || !(Array.isArray(out[kind]) || isMap(node.discriminator.mapping))) {
      return;
    }
    const file = fileOf.get(origin);
    const byTarget = new Map();
    const targetOf = (reference) => follow(/[#./]/.test(reference) ? reference : `#/components/schemas/${reference}`, file);
    for (const [value, reference] of Object.entries(node.discriminator.mapping ?? {})) {
      const target = targetOf(reference);
      byTarget.set(target, [...(byTarget.get(target) ?? []), value]);
    }
    // A base without alternatives has those that its discriminator names.
    const values = node[kind] ? [] : [...byTarget].filter(([target]) => target !== undefined && target !== origin).map(([target, names]) => ({ names, schema: this.reference(target) }));
    if (!node[kind] && values.length === 0) return;
    for (const [index, part] of (node[kind] ?? []).entries()) {
      if (typeof part?.$ref !== "string") return;
      const target = follow(part.$ref, fileOf.get(part));
      const names = byTarget.get(target) ?? [part.$ref.split("/").at(-1)];
      values.push({ names, schema: out[kind][index] });
    }
    delete out[kind];
    out.required = [...new Set([...(out.required ?? []), key])];
    out.type ??= "object";
    out.allOf = [
      ...(out.allOf ?? []),
      { properties: { [key]: { enum: values.flatMap((value) => value.names) } } },
      ...values.map((value) => ({ if: { properties: { [key]: { enum: value.names } } }, then: value.schema })),
    ];
    out["x-alternatives"] = values.map((value) => ({ allOf: [{ type: "object", properties: { [key]: { enum: value.names } }, required: [key] }, value.schema] }));
  }

  isClosed(node) {
    for (let steps = 0; isMap(node) && steps < 20; steps++) {
      if (node.additionalProperties === false) return true;
      if (typeof node.$ref !== "string") return (node.allOf ?? []).some((part) => this.isClosed(part));
      node = follow(node.$ref, fileOf.get(node));
    }
    return false;
  }

  isReadOnly(node) {
    for (let steps = 0; isMap(node) && steps < 20; steps++) {
      if (node.readOnly === true) return true;
      if (typeof node.$ref !== "string") return (node.allOf ?? []).some((part) => this.isReadOnly(part));
      node = follow(node.$ref, fileOf.get(node));
    }
    return false;
  }
}

// ---- instances

/** JSON text of a value; a Raw stands for itself, as 1.0 and 1e400 cannot be had otherwise. */
class Raw {
  constructor(text) {
    this.text = text;
  }
}

function write(value) {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (isMap(value)) return `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join(",")}}`;
  return JSON.stringify(value) ?? "null";
}

class Instances {
  constructor(schemas) {
    this.schemas = schemas;
  }

  /** A schema with what it refers to and consists of put together, as far as that says how an instance looks. */
  flat(schema, choice = 0, depth = 0) {
    if (!isMap(schema) || depth > 12) return {};
    let out = { ...schema };
    delete out.allOf;
    delete out.$ref;
    const merge = (part) => {
      for (const [name, value] of Object.entries(part)) {
        if (name === "properties") {
          out.properties = { ...out.properties };
          for (const [key, member] of Object.entries(value)) out.properties[key] = out.properties[key] === undefined || out.properties[key] === true ? member : { allOf: [out.properties[key], member] };
        } else if (name === "required") out.required = [...new Set([...(out.required ?? []), ...value])];
        else if (name === "enum" && out.enum) out.enum = out.enum.filter((item) => value.includes(item));
        else if (name === "type" && out.type) {
          const both = [out.type].flat().filter((type) => [value].flat().includes(type) || (type === "integer" && [value].flat().includes("number")));
          out.type = both.length === 1 ? both[0] : both;
        } else if (name === "minimum" || name === "minLength" || name === "minItems") out[name] = Math.max(out[name] ?? value, value);
        else if (name === "maximum" || name === "maxLength" || name === "maxItems") out[name] = Math.min(out[name] ?? value, value);
        else if (name !== "x-alternatives" || !out["x-alternatives"]) out[name] ??= value;
      }
    };
    if (schema.$ref) merge(this.flat(this.schemas.$defs[schema.$ref.slice("#/$defs/".length)], choice, depth + 1));
    (schema.allOf ?? []).forEach((part) => isMap(part) && !part.if && merge(this.flat(part, choice, depth + 1)));
    for (const name of ["x-alternatives", "oneOf", "anyOf"]) {
      if (out[name]) {
        const alternatives = out[name];
        delete out[name];
        merge(this.flat(alternatives[choice % alternatives.length], choice, depth + 1));
        out.alternatives = Math.max(out.alternatives ?? 1, alternatives.length);
      }
    }
    return out;
  }

  typeOf(flat) {
    const type = [flat.type].flat().find((name) => name !== "null");
    if (type) return type;
    if (flat.properties || flat.additionalProperties || flat.required) return "object";
    if (flat.items) return "array";
    if (flat.minLength !== undefined || flat.maxLength !== undefined || flat.pattern || ["date", "date-time", "uuid", "byte"].includes(flat.format)) return "string";
    if (flat.minimum !== undefined || flat.maximum !== undefined) return "number";
    return undefined;
  }

  text(flat, length) {
    const min = flat.minLength ?? 0;
    const samples = { date: "2024-02-29", "date-time": "2024-02-29T12:30:00Z", uuid: "3f2504e0-4f89-41d3-9a0c-0305e82c3301", byte: "aGVsbG8=", email: "a@example.com", uri: "https://example.com/a", ipv4: "192.0.2.1", ipv6: "2001:db8::1", hostname: "example.com", time: "12:30:00Z", duration: "PT1H" };
    if (length === undefined && samples[flat.format] && !flat.pattern) return samples[flat.format];
    if (flat.pattern) {
      try {
        const generator = new RandExp(new RegExp(flat.pattern, "u"));
        let seed = length ?? 1;
        generator.max = Math.max(3, min);
        generator.randInt = (from, to) => from + ((seed = (seed * 7 + 3) % 1009), seed % (to - from + 1));
        for (let attempt = 0; attempt < 60; attempt++) {
          const text = generator.gen();
          const count = [...text].length;
          if (count >= min && count <= (flat.maxLength ?? Infinity) && (length === undefined || count === length) && new RegExp(flat.pattern, "u").test(text)) return text;
        }
      } catch {
        // A pattern that this library cannot follow: what is made is judged like the rest.
      }
    }
    return "x".repeat(length ?? Math.min(Math.max(min, 3), flat.maxLength ?? Infinity));
  }

  number(flat, type) {
    let value = flat.minimum ?? (flat.exclusiveMinimum !== undefined ? flat.exclusiveMinimum + 1 : undefined) ?? (flat.maximum !== undefined ? Math.min(flat.maximum, 1) : flat.exclusiveMaximum !== undefined ? Math.min(flat.exclusiveMaximum - 1, 1) : 1);
    if (flat.multipleOf) value = Math.ceil(value / flat.multipleOf) * flat.multipleOf;
    return type === "integer" ? Math.ceil(value) : value;
  }

  /**
   * An instance: with the required members only, or with all (wide). Notes each place with its schema, for what is made of it.
   * @param places filled with { path, schema }
   */
  make(schema, { wide, choice = 0, places = null, path = [], depth = 0 }) {
    const flat = this.flat(schema, choice);
    places?.push({ path, flat });
    if ("const" in flat) return flat.const;
    if (flat.enum?.length > 0) return flat.enum[choice % flat.enum.length];
    const type = this.typeOf(flat);
    switch (type) {
      case "object": {
        const out = {};
        for (const [name, member] of Object.entries(flat.properties ?? {})) {
          if (member === false || member["x-read-only"]) continue;
          if (flat.required?.includes(name) || (wide && depth < 4)) out[name] = this.make(member, { wide, choice, places, path: [...path, name], depth: depth + 1 });
        }
        for (const name of flat.required ?? []) {
          if (!(name in out)) out[name] = this.make(flat.additionalProperties ?? true, { wide, choice, places, path: [...path, name], depth: depth + 1 });
        }
        const more = Math.max((flat.minProperties ?? 0) - Object.keys(out).length, wide && isMap(flat.additionalProperties) && depth < 4 ? 1 : 0);
        for (let index = 0; index < Math.min(more, 20); index++) {
          const name = `other${index}`;
          out[name] = this.make(flat.additionalProperties ?? true, { wide, choice, places, path: [...path, name], depth: depth + 1 });
        }
        return out;
      }
      case "array": {
        const count = Math.min(Math.max(flat.minItems ?? 0, wide && depth < 5 ? 1 : 0), flat.maxItems ?? Infinity, 50);
        const items = [];
        for (let index = 0; index < count; index++) items.push(this.make(flat.items ?? true, { wide, choice: flat.uniqueItems ? choice + index : choice, places: index === 0 ? places : null, path: [...path, index], depth: depth + 1 }));
        return items;
      }
      case "string":
        return this.text(flat);
      case "integer":
      case "number":
        return this.number(flat, type);
      case "boolean":
        return true;
      case "null":
        return null;
      default:
        return [flat.type].flat().includes("null") ? null : { any: 1 };
    }
  }

  /** Values for a place: at its limits, beyond them, of other types. Each with a word for its kind. */
  *values(flat, value) {
    const type = this.typeOf(flat);
    for (const [kind, other] of [["null", null], ["string for another type", "text"], ["number for another type", 12], ["boolean for another type", true], ["object for another type", {}], ["array for another type", []], ["empty string", ""]]) yield [kind, other];
    if (flat.enum) {
      for (const item of flat.enum.slice(0, 3)) yield ["value of the enumeration", item];
      yield ["value beside the enumeration", "no-such-value"];
      if (typeof flat.enum[0] === "string") yield ["value of the enumeration in another case", flat.enum[0] === flat.enum[0].toUpperCase() ? flat.enum[0].toLowerCase() : flat.enum[0].toUpperCase()];
      if (typeof flat.enum[0] === "number") yield ["number beside the enumeration", 987654];
      return;
    }
    switch (type) {
      case "string":
        for (const [kind, length] of [["text of minLength", flat.minLength], ["text below minLength", flat.minLength - 1], ["text of maxLength", flat.maxLength], ["text beyond maxLength", flat.maxLength + 1]]) {
          if (length >= 0 && length <= 20000) {
            yield [kind, this.text(flat, length)];
            if (!flat.pattern && !flat.format && length > 0) yield [kind + " in emoji", "😀".repeat(length)];
          }
        }
        if (flat.pattern) {
          yield ["text beside the pattern", "\u0001 !"];
          yield ["text with a line break at its end", `${typeof value === "string" ? value : "x"}\n`];
          yield ["text before and after the pattern", ` ${value} `];
        }
        yield* ({
          date: ["2024-02-29", "2023-02-29", "2024-2-9", "2024-13-01", "20240229", "2024-02-29T00:00:00Z", "0001-01-01", " 2024-01-01"],
          "date-time": ["2024-02-29T12:30:00Z", "2024-02-29T12:30:00.123456789+02:00", "2024-02-29t12:30:00z", "2024-02-29T12:30:00", "2024-02-29T25:30:00Z", "2024-02-29T12:30:00+0100", "2024-02-29T12:30:00+1:00", "2024-02-29T12:30Z", "2024-02-29", "2023-02-29T12:30:00Z", "2024-02-29T12:30:00-00:00", "2024-02-29T12:30:00.Z", "2024-02-29T12:30:00,5Z", "2024-06-30T23:59:60Z"],
          uuid: ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3F2504E0-4F89-41D3-9A0C-0305E82C3301", "3f2504e04f8941d39a0c0305e82c3301", "{3f2504e0-4f89-41d3-9a0c-0305e82c3301}", "3f2504e0-4f89-41d3-9a0c-0305e82c330", "00000000-0000-0000-0000-000000000000"],
          byte: ["aGVsbG8=", "", "aGVsbG8", "a=b", "aGVs bG8=", "aGVsbG8-"],
        }[flat.format] ?? []).map((text) => [`format ${flat.format}: ${text}`, text]);
        break;
      case "integer":
      case "number":
        for (const [kind, limit, step] of [["minimum", flat.minimum, -1], ["maximum", flat.maximum, 1], ["exclusiveMinimum", flat.exclusiveMinimum, -1], ["exclusiveMaximum", flat.exclusiveMaximum, 1]]) {
          if (limit !== undefined) {
            yield [`number at the ${kind}`, limit];
            yield [`number beyond the ${kind}`, limit + step];
            yield [`number within the ${kind}`, limit - step];
            if (type === "number") yield [`number just beyond the ${kind}`, limit + step / 1000];
          }
        }
        if (flat.multipleOf) yield ["number beside multipleOf", flat.multipleOf * 1.5], yield ["multiple of multipleOf", flat.multipleOf * 3];
        yield ["number with .0", new Raw("1.0")];
        yield ["number with an exponent", new Raw("1e2")];
        yield ["number with a fraction", 1.5];
        yield ["0", 0];
        yield ["-1", -1];
        yield ["2^31-1", 2147483647];
        yield ["2^31", 2147483648];
        yield ["-2^31", -2147483648];
        yield ["2^53", 9007199254740991];
        yield ["number as a string", "12"];
        break;
      case "boolean":
        yield ["false", false];
        yield ["boolean as a string", "true"];
        yield ["boolean as a number", 1];
        break;
      case "array":
        for (const [kind, count] of [["array of minItems", flat.minItems], ["array below minItems", flat.minItems - 1], ["array of maxItems", flat.maxItems], ["array beyond maxItems", flat.maxItems + 1]]) {
          if (count >= 0 && count <= 300) yield [kind, Array.from({ length: count }, (_, index) => this.make(flat.items ?? true, { wide: false, choice: flat.uniqueItems ? index : 0 }))];
        }
        yield ["array with a null", [null]];
        if (Array.isArray(value) && value.length > 0) {
          yield ["array with a copy", [...value, value[0]]];
          yield ["array with an object", [...value, { a: 1 }]];
        }
        break;
      case "object":
        if (isMap(value)) {
          for (const name of Object.keys(value)) {
            const { [name]: _, ...rest } = value;
            yield [flat.required?.includes(name) ? "object without a required member" : "object without an optional member", rest];
          }
          yield ["object with another member", { ...value, "x-unheard-of": 1 }];
          yield ["object with another member that is a string", { ...value, unheardOf: "a" }];
          if (flat.maxProperties !== undefined && flat.maxProperties < 50) yield ["object beyond maxProperties", { ...value, ...Object.fromEntries(Array.from({ length: flat.maxProperties + 1 }, (_, index) => [`m${index}`, this.make(flat.additionalProperties ?? true, { wide: false })])) }];
        }
        break;
    }
  }
}

function put(value, path, replacement) {
  if (path.length === 0) return replacement;
  const [first, ...rest] = path;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[first] = put(copy[first], rest, replacement);
  return copy;
}

const at = (value, path) => path.reduce((node, name) => node?.[name], value);

/** At most so many, evenly from all of them, with some of each kind. */
function sample(cases, most) {
  if (cases.length <= most) return cases;
  const byKind = new Map();
  for (const one of cases) byKind.set(one.kind, [...(byKind.get(one.kind) ?? []), one]);
  const out = [];
  for (let round = 0; out.length < most; round++) {
    for (const kind of byKind.values()) {
      if (round < kind.length && out.length < most) out.push(kind[Math.floor((round * 7919) % kind.length)]);
    }
  }
  return [...new Set(out)];
}

// ---- requests

const encode = (text) => encodeURIComponent(text).replaceAll("'", "%27");

/** A parameter as it is written in a request; undefined where its style has no form for the value. */
function writeParameter(parameter, value) {
  const plain = (item) => (item === null ? "null" : item instanceof Raw ? item.text : typeof item === "object" ? undefined : String(item));
  const { name, in: place } = parameter;
  if (parameter.content) return place === "query" ? `${encode(name)}=${encode(write(value))}` : encode(write(value));
  const style = parameter.style ?? { query: "form", cookie: "form", path: "simple", header: "simple" }[place];
  const explode = parameter.explode ?? style === "form";
  const escape = place === "header" ? (text) => text : encode;
  const isList = Array.isArray(value);
  if (!isList && !(isMap(value) && !(value instanceof Raw))) {
    const text = plain(value);
    switch (style) {
      case "form": return `${encode(name)}=${escape(text)}`;
      case "label": return `.${escape(text)}`;
      case "matrix": return `;${name}=${escape(text)}`;
      case "simple": return escape(text);
      default: return undefined;
    }
  }
  const items = isList ? value.map(plain) : Object.entries(value).map(([key, member]) => [key, plain(member)]);
  if (items.flat().some((item) => item === undefined || (item === "" && isList && items.length === 1))) return undefined;
  const pairs = isList ? items.map(escape) : explode ? items.map(([key, member]) => `${escape(key)}=${escape(member)}`) : items.flat().map(escape);
  switch (style) {
    case "simple": return pairs.join(",");
    case "label": return "." + pairs.join(explode ? "." : ",");
    case "matrix": return isList && explode ? pairs.map((item) => `;${name}=${item}`).join("") : explode ? pairs.map((item) => `;${item}`).join("") : `;${name}=${pairs.join(",")}`;
    case "form": return isList ? (explode ? pairs.map((item) => `${encode(name)}=${item}`).join("&") : `${encode(name)}=${pairs.join(",")}`) : explode ? pairs.join("&") : `${encode(name)}=${pairs.join(",")}`;
    case "spaceDelimited": return isList ? `${encode(name)}=${pairs.join("%20")}` : undefined;
    case "pipeDelimited": return isList ? `${encode(name)}=${pairs.join("%7C")}` : undefined;
    case "deepObject": return isList ? undefined : items.map(([key, member]) => `${encode(name)}[${encode(key)}]=${encode(member)}`).join("&");
    default: return undefined;
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

function send(url, { method, path, headers, body }) {
  return new Promise((done) => {
    const target = new URL(url);
    let outgoing;
    try {
      outgoing = request({ agent, host: target.hostname, port: target.port, method: method.toUpperCase(), path, headers }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => done({ status: response.statusCode, text: Buffer.concat(chunks).toString("utf8") }));
      });
    } catch (error) {
      done({ status: 0, text: String(error), unsendable: true });
      return;
    }
    outgoing.setTimeout(20000, () => outgoing.destroy(new Error("no response in 20 s")));
    outgoing.on("error", (error) => done({ status: 0, text: String(error) }));
    outgoing.end(body);
  });
}

async function agree(path, url) {
  const document = load(path);
  const version = String(document.openapi);
  const schemas = new Schemas(version);
  const makers = new Instances(schemas);
  const base = (entry) => {
    const server = (entry.operation.servers ?? entry.item.servers ?? document.servers ?? [{ url: "" }])[0];
    const address = String(server?.url ?? "").replace(/\{([^}]*)\}/g, (_, name) => server.variables?.[name]?.default ?? "x");
    // A host without a scheme is what teams mean by "api.example.com"; as a reference it would be a path. Not each is a URL: http://host:<port>/v1.
    return (/^(?:https?:\/\/[^/]*)?(\/.*)$/i.exec(address)?.[1] ?? "").replace(/[?#].*$/, "").replace(/\/{2,}/g, "/").replace(/\/$/, "");
  };

  // What each operation takes, with its schemas as definitions: then all are compiled at once.
  const entries = [...operationsOf(document)].map((entry) => {
    const parameters = parametersOf(entry)
      .filter((parameter) => !(parameter.in === "header" && ["accept", "content-type", "content-length", "authorization"].includes(parameter.name.toLowerCase())))
      .filter((parameter) => parameter.in !== "path" || entry.path.includes(`{${parameter.name}}`))
      .map((parameter) => ({ ...parameter, schema: schemas.of(parameter.schema ?? Object.values(parameter.content ?? {})[0]?.schema ?? {}) }));
    const body = deref(entry.operation.requestBody);
    const media = Object.keys(body?.content ?? {}).find((type) => /^application\/(?:[\w.-]+\+)?json\b/i.test(type));
    return { ...entry, parameters, body, media, schema: media ? schemas.of(body.content[media]?.schema ?? {}) : undefined };
  });

  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true, unicodeRegExp: schemas.unicode, logger: false });
  addFormats(ajv, ["date", "date-time", "uuid", "byte", "int32", "int64"]);
  // ajv-formats takes a space for the T, and offsets that RFC 3339 does not have.
  const isDateTime = ajv.formats["date-time"].validate ?? ajv.formats["date-time"];
  ajv.addFormat("date-time", (text) => /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) && isDateTime(text));
  ajv.addFormat("base64", ajv.formats.byte);
  for (const [name, least, most] of [["int8", -128, 127], ["int16", -32768, 32767], ["uint8", 0, 255], ["uint16", 0, 65535], ["uint32", 0, 4294967295]]) {
    ajv.addFormat(name, { type: "number", validate: (number) => !Number.isInteger(number) || (number >= least && number <= most) });
  }
  for (const name of allFormats(schemas.$defs, entries)) if (!ajv.formats[name]) ajv.addFormat(name, true);
  ajv.addSchema({ $id: "d:", $defs: schemas.$defs });
  const judges = new Map();
  const judge = (schema) => {
    const key = JSON.stringify(schema);
    if (!judges.has(key)) judges.set(key, ajv.compile({ $id: `d:${judges.size}`, $defs: schemas.$defs, ...(schema === true ? {} : schema) }));
    return judges.get(key);
  };

  let cases = 0;
  let valid = 0;
  const kinds = new Map();
  const note = (kind, example) => kinds.set(kind, { count: (kinds.get(kind)?.count ?? 0) + 1, example: [kinds.get(kind)?.example, example].filter((text) => text !== undefined).sort((a, b) => a.length - b.length)[0] });

  for (const entry of entries) {
    const { operation, method, parameters } = entry;

    // An empty list has no form in a query.
    const standardOf = (parameter) => {
      const value = makers.make(parameter.schema, { wide: false });
      return value !== null && typeof value === "object" && Object.keys(value).length === 0 ? makers.make(parameter.schema, { wide: true }) : value;
    };
    const label = `${method.toUpperCase()} ${entry.path}`;
    const standard = new Map(parameters.filter((parameter) => parameter.required || parameter.in === "path").map((parameter) => [parameter, standardOf(parameter)]));
    const standardBody = entry.schema !== undefined && entry.body.required ? makers.make(entry.schema, { wide: false }) : undefined;

    const build = (overrides, body) => {
      let route = base(entry) + (entry.path.startsWith("/") ? "" : "/") + entry.path;
      const query = [];
      const headers = {};
      const cookies = [];
      for (const parameter of parameters) {
        const given = overrides.has(parameter) ? overrides.get(parameter) : standard.get(parameter);
        if (given === undefined) continue;
        const text = writeParameter(parameter, given);
        if (text === undefined) return undefined;
        if (parameter.in === "path") {
          if (text === "" || text.includes("%2F") || text === "." || text === "..") return undefined;
          route = route.replace(`{${parameter.name}}`, () => text);
        } else if (parameter.in === "query") text !== "" && query.push(text);
        else if (parameter.in === "cookie") cookies.push(text);
        else if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$|^$/.test(text)) headers[parameter.name] = text;
        else return undefined;
      }
      if (cookies.length > 0) headers.Cookie = cookies.join("; ");
      if (body !== undefined) headers["Content-Type"] = entry.media.includes(",") ? "application/json" : entry.media;

      // Node.js does not say it of a DELETE.
      if (body !== undefined || !["get", "head"].includes(method)) headers["Content-Length"] = Buffer.byteLength(body ?? "");
      return { method, path: encodeURI(decodeURI(route.replaceAll("%", "%25"))).replaceAll("%25", "%") + (query.length > 0 ? "?" + query.join("&") : ""), headers, body };
    };

    const made = [];
    if (entry.schema !== undefined) {
      const compiled = judge(entry.schema);
      const alternatives = Math.min(makers.flat(entry.schema).alternatives ?? 2, 6);
      const bodies = [];
      for (let choice = 0; choice < Math.max(alternatives, 2); choice++) {
        const places = [];
        const wide = makers.make(entry.schema, { wide: true, choice, places });
        bodies.push({ kind: "all members", value: wide });
        bodies.push({ kind: "required members", value: makers.make(entry.schema, { wide: false, choice }) });
        if (choice < 2 || alternatives > 2) {
          for (const place of places.slice(0, 150)) {
            for (const [kind, value] of makers.values(place.flat, at(wide, place.path))) bodies.push({ kind, value: put(wide, place.path, value), where: place.path.join("/") });
          }
        }
      }
      for (const one of sample(bodies, 400)) {
        const text = write(one.value);
        const verdict = compiled(JSON.parse(text));
        made.push({ kind: one.kind, verdict, where: one.where, show: text, rule: verdict ? "" : compiled.errors?.[0]?.keyword, error: compiled.errors?.[0], request: build(new Map(), text) });
      }
    }
    for (const parameter of parameters) {
      const compiled = judge(parameter.schema);
      const types = [makers.flat(parameter.schema).type].flat();
      const places = [];
      const wide = makers.make(parameter.schema, { wide: true, places });
      const values = [{ kind: "a value", value: wide }];
      for (const place of places.slice(0, 30)) for (const [kind, value] of makers.values(place.flat, at(wide, place.path))) values.push({ kind, value: put(wide, place.path, value) });
      for (const one of sample(values, 60)) {
        const isScalar = one.value === null || typeof one.value !== "object" || one.value instanceof Raw;
        let verdict;
        if (parameter.content) verdict = compiled(JSON.parse(write(one.value)));
        else if (!isScalar) {
          // Only what the style can tell apart: lists and objects of plain values that are no empty lists, with the types that the schema names.
          if (!["array", "object"].includes(makers.typeOf(makers.flat(parameter.schema))) || (Array.isArray(one.value) ? one.value.length === 0 : Object.keys(one.value).length === 0)) continue;
          const inner = Array.isArray(one.value) ? one.value : Object.values(one.value);
          if (inner.some((item) => item === null || item === "" || (typeof item === "object" && !(item instanceof Raw)) || /[,.;=& |]/.test(item instanceof Raw ? item.text : String(item)))) continue;
          const flat = makers.flat(parameter.schema);
          const retyped = Array.isArray(one.value)
            ? one.value.map((item) => asTyped(makers, flat.items, item))
            : Object.fromEntries(Object.entries(one.value).map(([key, item]) => [key, asTyped(makers, flat.properties?.[key] ?? flat.additionalProperties, item)]));
          if (Array.isArray(one.value) !== (makers.typeOf(flat) === "array")) continue;
          verdict = compiled(retyped);
        } else {
          if (["array", "object"].includes(makers.typeOf(makers.flat(parameter.schema)))) continue;
          if (one.value === null || one.value === "") continue;
          verdict = compiled(asTyped(makers, parameter.schema, one.value));
        }
        made.push({ kind: `${parameter.in} parameter: ${one.kind}`, verdict, where: parameter.name, show: write(one.value), rule: verdict ? "" : compiled.errors?.[0]?.keyword, error: compiled.errors?.[0], request: build(new Map([[parameter, one.value]]), standardBody === undefined ? undefined : write(standardBody)) });
      }
      if (parameter.required && parameter.in !== "path") {
        made.push({ kind: `${parameter.in} parameter: missing`, verdict: false, where: parameter.name, show: "", rule: "required", request: build(new Map([[parameter, undefined]]), standardBody === undefined ? undefined : write(standardBody)) });
      }
    }
    // Where the standard values are not valid themselves, a response says nothing of the one that differs.
    const standardValid = [...standard].every(([parameter, value]) => value === undefined || judge(parameter.schema)(value)) && (standardBody === undefined || judge(entry.schema)(JSON.parse(write(standardBody))));
    if (made.length === 0) made.push({ kind: "no input", verdict: standardValid, where: "", show: "", rule: "", request: build(new Map(), standardBody === undefined ? undefined : write(standardBody)) });
    if (entry.body?.required && entry.media) made.push({ kind: "no body", verdict: false, where: "", show: "", rule: "required", request: build(new Map(), undefined) });
    if (entry.body?.required && !entry.media) continue;

    // Longer than what servers take of the first line of a request.
    const sendable = made.filter((one) => one.request !== undefined && one.request.path.length < 8000 && !(one.verdict && !standardValid && /parameter/.test(one.kind)));
    for (let index = 0; index < sendable.length; index += 8) {
      await Promise.all(sendable.slice(index, index + 8).map(async (one) => {
        const response = await send(url, one.request);
        if (response.unsendable) return;
        cases++;
        if (one.verdict) valid++;
        const reached = response.status === 501;
        const rejected = response.status === 400 || (one.kind === "no body" && response.status === 415) || (/^path parameter/.test(one.kind) && response.status === 404);
        if (reached ? one.verdict : rejected && !one.verdict) return;
        const said = reached ? "" : response.text.slice(0, 400);
        const [, field = "", rule = "", message = ""] = /"errors":\{"((?:[^"\\]|\\.)*)":\["(\w+): ((?:[^"\\]|\\.)*)/.exec(response.text) ?? [];

        // Whether what was changed is what is spoken of; else the rest of the request is.
        const spoken = (reached ? one.error?.instancePath ?? "" : field).split(/[/.[\]]+/).filter((part) => part !== "" && part !== "$").join("/");
        const here = /parameter|no body/.test(one.kind) || (one.where !== undefined && (spoken === one.where || spoken.startsWith(`${one.where}/`)));
        const cause = here ? one.kind : "elsewhere";
        const kind = reached
          ? `the server accepts what is not valid (${one.rule}): ${cause}`
          : rejected
            ? `the server rejects what is valid (${rule}: ${message.replace(/\d+/g, "…").slice(0, 60)}): ${cause}`
            : `status ${response.status}: ${one.verdict ? "valid" : "invalid"} ${/parameter/.test(one.kind) ? one.kind.split(":")[0] : "body"}${response.status === 500 || response.status === 0 ? ` ${said.split("\n")[0].slice(0, 150)}` : ""}`;
        note(kind, `${label}${one.where ? ` at ${one.where}` : ""}: ${one.show.slice(0, 300)}${one.error ? ` | ajv: ${one.error.instancePath} ${one.error.message} ${one.error.schemaPath}` : ""}${said ? ` | server: ${/"errors":.*/s.exec(said)?.[0].slice(0, 250) ?? said.split("\n").slice(0, 2).join(" ").slice(0, 300)}` : ""}${entry.schema === undefined || /parameter/.test(one.kind) ? ` | ${one.request.path}` : ""}`);
      }));
    }
  }
  agent.destroy();
  return { cases, valid, operations: entries.length, error: null, disagreements: [...kinds].map(([kind, { count, example }]) => ({ kind, count, example: example.toWellFormed() })) };
}

/** A plain value of a parameter as the schema's type reads its text: "12" is a number to an integer, and a string to a string. */
function asTyped(makers, schema, value) {
  const text = value instanceof Raw ? value.text : value === null ? "null" : String(value);
  const flat = makers.flat(schema ?? {});
  const types = [flat.type ?? makers.typeOf(flat) ?? (flat.enum ? typeof flat.enum.find((item) => item !== null) : "string")].flat();
  if (types.includes("string")) return text;
  try {
    return /^\s|\s$/.test(text) ? text : JSON.parse(text);
  } catch {
    return text;
  }
}

function allFormats(...nodes) {
  const out = new Set();
  const seen = new Set();
  const visit = (node) => {
    if (node === null || typeof node !== "object" || seen.has(node)) return;
    seen.add(node);
    if (typeof node.format === "string") out.add(node.format);
    Object.values(node).forEach(visit);
  };
  nodes.forEach(visit);
  return out;
}

const [command, path, url] = process.argv.slice(2);
console.log(JSON.stringify(command === "facts" ? facts(resolve(path)) : await agree(resolve(path), url)));
