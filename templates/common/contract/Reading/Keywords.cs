namespace ContractCompiler.Reading;

using System;
using System.Collections.Generic;
using System.Linq;

/// <summary>What the compiler does with a keyword.</summary>
enum Support
{
    /// <summary>It shapes the generated code.</summary>
    Used,

    /// <summary>It says nothing to a machine, or nothing that a service has to do.</summary>
    Documentation,

    /// <summary>Values are not checked for it. A warning says so.</summary>
    Unchecked,

    /// <summary>The contract is not compiled.</summary>
    Rejected,
}

/// <param name="Name">As the specification has it.</param>
/// <param name="Value">What it holds: text, boolean, number, any, names, an object of the specification, [a list], {a map} of them.</param>
/// <param name="Support">What the compiler does with it.</param>
/// <param name="Remark">What a warning or an error adds; of a keyword that is used, what it does (docs/contract.md).</param>
sealed record Keyword(string Name, string Value, Support Support, string Remark);

/// <summary>
/// Every keyword of OpenAPI 3.0 and 3.1, by the object that has it. What stands here is all that the compiler knows, and a
/// keyword that does not stand here is reported.
/// </summary>
static class Keywords
{
    private const string Table = """
        OpenAPI
          openapi            text                    used            3.0 and 3.1
          info               Info                    used
          servers            [Server]                used            the path of the first is in front of all paths
          paths              {PathItem}              used
          webhooks           {PathItem}              documentation   what the service sends is not generated
          components         Components              used
          security           [SecurityRequirement]   used
          tags               [Tag]                   used
          externalDocs       ExternalDocs            documentation
          jsonSchemaDialect  text                    documentation
        Info
          title              text                    documentation
          summary            text                    documentation
          description        text                    documentation
          termsOfService     text                    documentation
          contact            Contact                 documentation
          license            License                 documentation
          version            text                    documentation
        Contact
          name               text                    documentation
          url                text                    documentation
          email              text                    documentation
        License
          name               text                    documentation
          url                text                    documentation
          identifier         text                    documentation
        Server
          url                text                    used            its path
          description        text                    documentation
          variables          {ServerVariable}        used
        ServerVariable
          enum               names                   documentation
          default            text                    used            stands for the variable
          description        text                    documentation
        Components
          schemas            {Schema}                used
          responses          {Response}              used
          parameters         {Parameter}             used
          examples           {Example}               documentation
          requestBodies      {RequestBody}           used
          headers            {Header}                used
          securitySchemes    {SecurityScheme}        used
          links              {Link}                  documentation
          callbacks          {Callback}              documentation   calls to the client are not generated
          pathItems          {PathItem}              used
        PathItem
          $ref               reference               used
          summary            text                    documentation
          description        text                    documentation
          get                Operation               used
          put                Operation               used
          post               Operation               used
          delete             Operation               used
          options            Operation               used
          head               Operation               used
          patch              Operation               used
          trace              Operation               rejected        a service that repeats requests gives away their secrets: remove the operation
          servers            [Server]                unchecked       the service has one base path, that of the contract's own servers
          parameters         [Parameter]             used            of all operations of the path
        Operation
          tags               names                   used            the first names the interface
          summary            text                    used            comment in the code
          description        text                    used            comment in the code
          externalDocs       ExternalDocs            documentation
          operationId        text                    used            names the method; without it, method and path do
          parameters         [Parameter]             used            strict, all faults at once
          requestBody        RequestBody             used            strict, all faults at once
          responses          {Response}              used            any status, 4XX, default
          callbacks          {Callback}              documentation   calls to the client are not generated
          deprecated         boolean                 used            said in comments
          security           [SecurityRequirement]   used
          servers            [Server]                unchecked       the service has one base path, that of the contract's own servers
        ExternalDocs
          description        text                    documentation
          url                text                    documentation
        Parameter
          $ref               reference               used
          name               text                    used
          in                 text                    used            path, query, header, cookie
          description        text                    used
          required           boolean                 used
          deprecated         boolean                 used
          allowEmptyValue    boolean                 documentation
          style              text                    used            all styles
          explode            boolean                 used
          allowReserved      boolean                 documentation
          schema             Schema                  used
          example            any                     documentation
          examples           {Example}               documentation
          content            {MediaType}             used            JSON
        RequestBody
          $ref               reference               used
          summary            text                    documentation
          description        text                    used
          content            {MediaType}             used            JSON, forms, text, bytes; several types at once
          required           boolean                 used            a body that may be left out is null
        MediaType
          schema             Schema                  used
          example            any                     documentation
          examples           {Example}               documentation
          encoding           {Encoding}              used
        Encoding
          contentType        text                    documentation
          headers            {Header}                documentation
          style              text                    used
          explode            boolean                 used
          allowReserved      boolean                 documentation
        Response
          $ref               reference               used
          summary            text                    documentation
          description        text                    used
          headers            {Header}                used            arguments of the method
          content            {MediaType}             used            JSON, text, bytes, events; several types at once
          links              {Link}                  documentation
        Callback
          $ref               reference               documentation
        Example
          $ref               reference               documentation
          summary            text                    documentation
          description        text                    documentation
          value              any                     documentation
          externalValue      text                    documentation
        Link
          $ref               reference               documentation
          operationRef       text                    documentation
          operationId        text                    documentation
          parameters         any                     documentation
          requestBody        any                     documentation
          description        text                    documentation
          server             Server                  documentation
        Header
          $ref               reference               used
          summary            text                    documentation
          description        text                    used
          required           boolean                 used
          deprecated         boolean                 used
          allowEmptyValue    boolean                 documentation
          style              text                    used
          explode            boolean                 used
          allowReserved      boolean                 documentation
          schema             Schema                  used
          example            any                     documentation
          examples           {Example}               documentation
          content            {MediaType}             used
        Tag
          name               text                    used            names the interface
          description        text                    used            comment in the code
          externalDocs       ExternalDocs            documentation
        SecurityScheme
          $ref               reference               used
          type               text                    used
          description        text                    documentation
          name               text                    used
          in                 text                    used
          scheme             text                    used
          bearerFormat       text                    documentation
          flows              OAuthFlows              documentation
          openIdConnectUrl   text                    documentation
        OAuthFlows
          implicit           OAuthFlow               documentation
          password           OAuthFlow               documentation
          clientCredentials  OAuthFlow               documentation
          authorizationCode  OAuthFlow               documentation
        OAuthFlow
          authorizationUrl   text                    documentation
          tokenUrl           text                    documentation
          refreshUrl         text                    documentation
          scopes             any                     documentation
        Discriminator
          propertyName       text                    used
          mapping            any                     used            names of schemas, or references
        XML
          name               text                    documentation
          namespace          text                    documentation
          prefix             text                    documentation
          attribute          boolean                 documentation
          wrapped            boolean                 documentation
        Schema
          $ref               reference               used            to anything in the contract and in other files beside it
          $defs              {Schema}                used            where references lead
          definitions        {Schema}                used            where references lead
          $schema            text                    documentation
          $id                text                    documentation
          $comment           text                    documentation
          $anchor            text                    documentation
          $vocabulary        any                     documentation
          $dynamicRef        text                    rejected        write a plain $ref
          $dynamicAnchor     text                    rejected        write a plain $ref
          title              text                    used            comment in the code
          description        text                    used            comment in the code
          default            any                     used            stands for an absent value; a date, a UUID, bytes, an object and a list with items have none in code, and a warning says so
          example            any                     documentation
          examples           any                     documentation
          deprecated         boolean                 used
          readOnly           boolean                 used            not required in requests
          writeOnly          boolean                 used            not required in responses
          externalDocs       ExternalDocs            documentation
          xml                XML                     documentation
          type               any                     used            one or several
          nullable           boolean                 used
          enum               list                    used            a type of its own
          const              any                     used            checked
          format             text                    used            uuid, date, date-time, byte, int32, int64, float, double, decimal and others have types; other formats say nothing
          contentEncoding    text                    used            base64
          contentMediaType   text                    used            application/octet-stream
          contentSchema      Schema                  unchecked
          minLength          number                  used            in code points
          maxLength          number                  used            in code points
          pattern            text                    used            ECMA-262
          minimum            number                  used
          maximum            number                  used
          exclusiveMinimum   any                     used
          exclusiveMaximum   any                     used
          multipleOf         number                  used            exact for decimal numbers
          items              Schema                  used
          prefixItems        [Schema]                used
          contains           Schema                  used
          minContains        number                  used
          maxContains        number                  used
          minItems           number                  used
          maxItems           number                  used
          uniqueItems        boolean                 used            by content
          unevaluatedItems   Schema                  unchecked
          properties         {Schema}                used
          required           names                   used
          additionalProperties   Schema              used            false rejects other members; true or a schema keeps them
          patternProperties      {Schema}            used
          propertyNames          Schema              used
          unevaluatedProperties  Schema              used
          dependentRequired      any                 used
          dependentSchemas       {Schema}            used
          minProperties      number                  used            counts all members
          maxProperties      number                  used            counts all members
          allOf              [Schema]                used
          oneOf              [Schema]                used
          anyOf              [Schema]                used
          not                Schema                  used
          if                 Schema                  used
          then               Schema                  used
          else               Schema                  used
          discriminator      Discriminator           used
        """;

    /// <summary>By object, then by keyword.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, Keyword>> Objects { get; } = Parse();

    /// <summary>Whether a member is an extension. Maps of names have none but those of paths and responses: elsewhere x-… is a name.</summary>
    /// <param name="value">What has the member, as in the table.</param>
    /// <param name="key">Its name.</param>
    public static bool IsExtension(string value, string key) =>
        key.StartsWith("x-", StringComparison.Ordinal) && (value is not ['{', .., '}'] || value is "{PathItem}" or "{Response}");

    private static Dictionary<string, IReadOnlyDictionary<string, Keyword>> Parse()
    {
        var objects = new Dictionary<string, IReadOnlyDictionary<string, Keyword>>();
        var keywords = new Dictionary<string, Keyword>();
        foreach (var line in Table.Split('\n').Select(line => line.TrimEnd()))
        {
            if (line[0] != ' ')
            {
                objects.Add(line, keywords = []);
                continue;
            }

            var parts = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            keywords.Add(parts[0], new(parts[0], parts[1], Enum.Parse<Support>(parts[2], ignoreCase: true), parts.ElementAtOrDefault(3) ?? ""));
        }

        return objects;
    }
}
