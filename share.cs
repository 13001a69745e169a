// Copies what the templates have in common from webapi-golden, where it is written, to worker-golden, after a change of it:
// `dotnet run share.cs`. With `-- --check` it changes nothing and names the files that differ; a test runs that.
// A copy has tokens (the worker's administration always asks for one), other words, and here and there lines of its own.
#:property PublishAot=false

using System.Text;
using System.Text.RegularExpressions;

// Files of the web API; the last part of a path may have an asterisk.
string[] shared =
[
    ".config/*.json",
    ".dockerignore",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".template.config/icon.png",
    ".template.config/template.json",
    ".template.config/packages-full/Directory.Packages.props",
    ".template.config/database-postgres/src/GoldenService.Api/Data/Database.Postgres.cs",
    ".template.config/database-postgres/tests/GoldenService.Tests/Index/QueryPlan.Postgres.cs",
    ".template.config/database-postgres/tests/GoldenService.Tests/TestDatabase.cs",
    ".template.config/database-postgres/tests/GoldenService.Tests/TestRole.cs",
    ".template.config/database-postgres/tests/GoldenService.Tests/TestServer.cs",
    ".template.config/error-tracking-sentry/src/GoldenService.Api/Platform/*.cs",
    ".template.config/error-tracking-sentry/tests/GoldenService.Tests/Platform/*.cs",
    ".template.config/error-tracking-sentry/tests/GoldenService.Tests/Telemetry/*.cs",
    ".template.config/packages-full-postgres/tests/GoldenService.Tests/TestServer.cs",
    "Directory.*.props",
    "Dockerfile",
    "checklist.cs",
    "clients/typescript/.gitignore",
    "clients/typescript/.npmrc",
    "clients/typescript/package*.json",
    "clients/typescript/src/api.ts",
    "clients/typescript/tsconfig.json",
    "GoldenService.slnx",
    "global.json",
    "contract/.npmrc",
    "contract/clients.props",
    "contract/contract.nswag",
    "contract/contract.proj",
    "contract/contract.targets",
    "contract/generate.cs",
    "contract/liquid/*.liquid",
    "contract/liquid/typescript/*.liquid",
    "contract/package*.json",
    "contract/typescript.*",
    "deploy/compose/*",
    "deploy/compose/grafana/dashboards/service.json",
    "deploy/compose/grafana/provisioning/dashboards/dashboards.yaml",
    "deploy/compose/grafana/provisioning/datasources/datasources.yaml",
    "deploy/kubernetes/base/*.yaml",
    "deploy/kubernetes/components/aws/*.yaml",
    "deploy/kubernetes/components/vault/*.yaml",
    "deploy/kubernetes/overlays/production/kustomization.yaml",
    "docs/contract.md",
    "docs/eject.md",
    ".github/*",
    ".github/workflows/*",
    "azure-pipelines.yml",
    "src/GoldenService.Api/GoldenService.Api.csproj",
    "src/GoldenService.Api/Data/CurrentConnectionString.cs",
    "src/GoldenService.Api/Data/Database*.cs",
    "src/GoldenService.Api/Data/UnixMilliseconds.cs",
    "src/GoldenService.Api/Platform/*.cs",
    "src/GoldenService.Api/Platform/Contract/*.cs",
    "src/GoldenService.Api/Properties/launchSettings.json",
    "src/GoldenService.Client/*.cs",
    "src/GoldenService.Client/GoldenService.Client.csproj",
    "tests/GoldenService.Tests/GoldenService.Tests.csproj",
    "tests/GoldenService.Tests/ChecklistTests.cs",
    "tests/GoldenService.Tests/Contract/*.cs",
    "tests/GoldenService.Tests/Deploy/*.cs",
    "tests/GoldenService.Tests/Index/IndexAudit.cs",
    "tests/GoldenService.Tests/Index/QueryPlan*.cs",
    "tests/GoldenService.Tests/Index/RequestStatements.cs",
    "tests/GoldenService.Tests/LogLines.cs",
    "tests/GoldenService.Tests/MountedSecrets.cs",
    "tests/GoldenService.Tests/Platform/*.cs",
    "tests/GoldenService.Tests/Raw.cs",
    "tests/GoldenService.Tests/RefusedStart.cs",
    "tests/GoldenService.Tests/Security/*.cs",
    "tests/GoldenService.Tests/Service*.cs",
    "tests/GoldenService.Tests/Telemetry/*.cs",
    "tests/GoldenService.Tests/TestDatabase.cs",
    "tests/GoldenService.Tests/Unit/SettingsTests.cs",
    "tests/GoldenService.Tests/Wait.cs",
];

// Of these each template has its own, or the worker has none.
string[] own =
[
    "src/GoldenService.Api/Platform/Caller.cs",
    "tests/GoldenService.Tests/Platform/DatabaseTests.cs",
    "tests/GoldenService.Tests/Platform/StorageTests.cs",
    "tests/GoldenService.Tests/Security/OwnershipTests.cs",
    "tests/GoldenService.Tests/Telemetry/CanaryTests.cs",
    "tests/GoldenService.Tests/Telemetry/MetricTests.cs",
    "tests/GoldenService.Tests/Telemetry/StatementTests.cs",
];

// The worker has these once more, for the client of the carrier.
string[] twice = ["src/GoldenService.Client/*.cs"];

// In every file, and in the names of files.
(string Word, string Instead)[] names = [("GoldenService.Api", "GoldenService.Worker"), ("OrdersDbContext", "ShipmentsDbContext")];

// In code and tests, one after the other.
(string Word, string Instead)[] words =
[
    ("Api.ShipmentsDbContext", "Worker.ShipmentsDbContext"),
    ("ConnectionStrings:Orders", "ConnectionStrings:Shipments"),
    ("ConnectionStrings__Orders", "ConnectionStrings__Shipments"),
    ("\"Orders\"", "\"Shipments\""),
    ("\"OrdersMigration\"", "\"ShipmentsMigration\""),
    ("orders.db", "shipments.db"),
    ("\"orders-", "\"shipments-"),
    ("\"orders_", "\"shipments_"),
    ("Database=orders", "Database=shipments"),
    ("Username=orders", "Username=shipments"),
    ("POSTGRES_DB: orders", "POSTGRES_DB: shipments"),
    ("postgres/orders", "postgres/shipments"),
    ("databases:\n  orders:", "databases:\n  shipments:"),
    ("ValidAudiences__0=orders", "ValidAudiences__0=shipping"),
    ("/v1/orders", "/v1/dead-letters"),
    ("Audience = \"orders\"", "Audience = \"shipping\""),
];

// In one file each.
(string File, string Text, string Instead)[] edits =
[
    (".template.config/template.json", """
          "identity": "Golden.Templates.WebApi",
          "groupIdentity": "Golden.Templates.WebApi",
          "name": "Golden Web API",
          "shortName": "webapi-golden",
        """, """
          "identity": "Golden.Templates.Worker",
          "groupIdentity": "Golden.Templates.Worker",
          "name": "Golden Worker",
          "shortName": "worker-golden",
        """),
    ("GoldenService.slnx", "    <Project Path=\"src/GoldenService.Client/GoldenService.Client.csproj\" />\n", """
            <Project Path="src/GoldenService.Client/GoldenService.Client.csproj" />
            <!--#if (sample) -->
            <Project Path="src/GoldenService.Carrier/GoldenService.Carrier.csproj" />
            <!--#endif -->

        """),
    ("Directory.Packages.props", "    <PackageVersion Include=\"Serilog\"", """
            <!--#if (sample) -->
            <PackageVersion Include="Polly.Core" Version="8.9.1" />
            <!--#endif -->
            <PackageVersion Include="Serilog"
        """),
    ("GoldenService.Api.csproj", "    <!--#if (sentry)\n", """
            <!--#if (sample) -->
            <PackageReference Include="Polly.Core" />
            <!--#endif -->
            <!--#if (sentry)

        """),
    ("GoldenService.Api.csproj", """
            <!--#if (full)
            <PackageReference Include="FluentValidation.AspNetCore" />
            #else -->
            <PackageReference Include="FluentValidation" />
            <!--#endif -->

        """, "    <PackageReference Include=\"FluentValidation\" />\n"),
    ("packages-full/Directory.Packages.props", "    <PackageVersion Include=\"FluentValidation.AspNetCore\" Version=\"11.3.1\" />\n", ""),
    ("GoldenService.Api.csproj", "  <ItemGroup>\n    <InternalsVisibleTo", """
          <!--#if (sample) -->
          <ItemGroup>
            <ProjectReference Include="../GoldenService.Carrier/GoldenService.Carrier.csproj" />
          </ItemGroup>

          <!--#endif -->
          <ItemGroup>
            <InternalsVisibleTo
        """),
    ("Platform/Health.cs", "        .AddCheck<DatabaseCheck>(\"database\");\n", """
                .AddCheck<DatabaseCheck>("database")
                .AddCheck<QueueCheck>("queue");

        """),
    (".config/golden-templates.json", "webapi-golden", "worker-golden"),
    (".github/workflows/ci.yml", """
            #if (postgres)
            services:
              postgres:
                image: postgres:17
                env:
                  POSTGRES_PASSWORD: postgres
                ports: ['5432:5432']
                options: --health-cmd pg_isready --health-interval 2s --health-timeout 5s --health-retries 30
            #endif

        """, """
            #if (postgres || rabbitmq)
            services:
              #if (postgres)
              postgres:
                image: postgres:17
                env:
                  POSTGRES_PASSWORD: postgres
                ports: ['5432:5432']
                options: --health-cmd pg_isready --health-interval 2s --health-timeout 5s --health-retries 30
              #endif
              #if (rabbitmq)
              rabbitmq:
                image: rabbitmq:4
                ports: ['5672:5672']
                options: --health-cmd "rabbitmq-diagnostics -q check_port_connectivity" --health-interval 5s --health-timeout 10s --health-retries 30
              #endif
            #endif

        """),
    ("azure-pipelines.yml", """
        #if (postgres)

        resources:
          containers:
            - container: postgres
              image: postgres:17
              env:
                POSTGRES_PASSWORD: postgres
              ports: ['5432:5432']
              options: --health-cmd pg_isready --health-interval 2s --health-timeout 5s --health-retries 30
        #endif

        """, """
        #if (postgres || rabbitmq)

        resources:
          containers:
            #if (postgres)
            - container: postgres
              image: postgres:17
              env:
                POSTGRES_PASSWORD: postgres
              ports: ['5432:5432']
              options: --health-cmd pg_isready --health-interval 2s --health-timeout 5s --health-retries 30
            #endif
            #if (rabbitmq)
            - container: rabbitmq
              image: rabbitmq:4
              ports: ['5672:5672']
              options: --health-cmd "rabbitmq-diagnostics -q check_port_connectivity" --health-interval 5s --health-timeout 10s --health-retries 30
            #endif
        #endif

        """),
    ("azure-pipelines.yml", """
            #if (postgres)
            services:
              postgres: postgres
            #endif

        """, """
            #if (postgres || rabbitmq)
            services:
              #if (postgres)
              postgres: postgres
              #endif
              #if (rabbitmq)
              rabbitmq: rabbitmq
              #endif
            #endif

        """),
    (".yml", """
                #if (postgres)
                env:
                  ConnectionStrings__Shipments: Host=localhost;Username=postgres;Password=postgres
                #endif

        """, """
                #if (postgres || rabbitmq)
                env:
                  #if (postgres)
                  ConnectionStrings__Shipments: Host=localhost;Username=postgres;Password=postgres
                  #endif
                  #if (rabbitmq)
                  RabbitMq__Uri: amqp://guest:guest@localhost
                  #endif
                #endif

        """),
    (".config/golden-templates.json", "    \"auth\": \"jwt\",\n", ""),
    (".config/golden-templates.json", "    \"http-port\"", "    \"transport\": \"database\",\n    \"http-port\""),
    ("Dockerfile", "COPY src/GoldenService.Worker/GoldenService.Worker.csproj src/GoldenService.Worker/\n", """
        #if (sample)
        COPY src/GoldenService.Carrier/GoldenService.Carrier.csproj src/GoldenService.Carrier/
        #endif
        COPY src/GoldenService.Worker/GoldenService.Worker.csproj src/GoldenService.Worker/

        """),
    ("deploy/compose/compose.yaml", "      migrate:\n        condition: service_completed_successfully\n", """
              migrate:
                condition: service_completed_successfully
        #if (rabbitmq)
              rabbitmq:
                condition: service_healthy
        #endif

        """),
    ("deploy/compose/compose.yaml", "      - Authentication__Schemes__Bearer__SigningKeys__0__Value\n", """
              - Authentication__Schemes__Bearer__SigningKeys__0__Value
              - Webhooks__Sources__shop__Secrets__0
        #if (rabbitmq)
              - RabbitMq__Uri
        #endif

        """),
    ("deploy/compose/compose.yaml", "\n  # Traces: http://localhost:16686\n", """
        #if (rabbitmq)

          # Queues: http://localhost:15672
          rabbitmq:
            image: rabbitmq:4.1.5-management
            # Its data stands under the name of its machine.
            hostname: rabbitmq
            ports:
              - "127.0.0.1:15672:15672"
            secrets:
              # The user and its password, as settings of the broker.
              - source: rabbitmq-user
                target: /etc/rabbitmq/conf.d/20-user.conf
            volumes:
              - rabbitmq:/var/lib/rabbitmq
            healthcheck:
              test: [CMD, rabbitmq-diagnostics, -q, check_port_connectivity]
              interval: 5s
              timeout: 10s
              retries: 30
            restart: unless-stopped
        #endif

          # Traces: http://localhost:16686

        """),
    ("deploy/compose/compose.yaml", "    file: ./secrets/Authentication__Schemes__Bearer__SigningKeys__0__Value\n", """
            file: ./secrets/Authentication__Schemes__Bearer__SigningKeys__0__Value
          Webhooks__Sources__shop__Secrets__0:
            file: ./secrets/Webhooks__Sources__shop__Secrets__0
        #if (rabbitmq)
          RabbitMq__Uri:
            file: ./secrets/RabbitMq__Uri
          rabbitmq-user:
            file: ./secrets/rabbitmq-user
        #endif

        """),
    ("deploy/compose/compose.yaml", "#endif\n  prometheus:\n", "#endif\n#if (rabbitmq)\n  rabbitmq:\n#endif\n  prometheus:\n"),
    ("deploy/compose/secrets.cs", """
        #if (postgres)
        // A password that is there stays as it is, since the database keeps the one that it was made with.
        #endif
        """, "// What is random stays as it is once it is there, because others have it by then."),
    ("deploy/compose/secrets.cs", "#if (postgres)\nusing System.Security.Cryptography;\n#endif\n", "using System.Security.Cryptography;\n"),
    ("deploy/compose/secrets.cs", "\n// With the first token", """

        // What the sender named shop signs with.
        Keep("Webhooks__Sources__shop__Secrets__0", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        #if (rabbitmq)

        var brokerPassword = Keep("rabbitmq-password", RandomNumberGenerator.GetHexString(32, lowercase: true));
        Write("rabbitmq-user", $"default_user = shipments\ndefault_pass = {brokerPassword}\n");
        Write("RabbitMq__Uri", $"amqp://shipments:{brokerPassword}@rabbitmq");
        #endif

        // With the first token
        """),
    ("deploy/compose/secrets.cs", "\"orders:read\", \"--scope\", \"orders:write\"", "\"worker:admin\""),
    ("deploy/compose/secrets.cs", "#if (postgres)\n\nstring Keep(", "\nstring Keep("),
    ("deploy/compose/secrets.cs", "    return File.ReadAllText(path);\n}\n#endif\n", "    return File.ReadAllText(path);\n}\n"),
    ("kubernetes/base/deployment.yaml", """
        #if (postgres)
                    - name: secrets
                      mountPath: /etc/secrets
                      readOnly: true
        #else
        """, """
                    - name: secrets
                      mountPath: /etc/secrets
                      readOnly: true
        #if (!postgres)
        """),
    ("kubernetes/base/deployment.yaml", """
        #if (postgres)
                # A file each, read again when it changes: kubectl create secret generic golden-service --from-file=ConnectionStrings__Shipments
                # The components vault and aws put others in its place.
                - name: secrets
                  secret:
                    secretName: golden-service
        #else
        """, """
                # A file each, read again when it changes: kubectl create secret generic golden-service --from-file=Webhooks__Sources__shop__Secrets__0 …
                # The components vault and aws put others in its place.
                - name: secrets
                  secret:
                    secretName: golden-service
        #if (!postgres)
        """),
    ("kubernetes/base/network-policy.yaml", "    # The issuer of tokens.\n", "#if (sample)\n    # The issuer of tokens, and the carrier.\n#else\n    # The issuer of tokens.\n#endif\n"),
    ("kubernetes/base/network-policy.yaml", "    # Telemetry, by OTLP.\n", """
        #if (rabbitmq)
            # The broker.
            - ports:
                - port: 5671
                - port: 5672
        #endif
            # Telemetry, by OTLP.

        """),
    ("components/vault/deployment.yaml", """
                vault.hashicorp.com/agent-inject-secret-ConnectionStrings__Shipments: secret/data/golden-service
                vault.hashicorp.com/agent-inject-template-ConnectionStrings__Shipments: |-
                  {{- with secret "secret/data/golden-service" -}}{{ index .Data.data "ConnectionStrings__Shipments" }}{{- end -}}
        """, """
                vault.hashicorp.com/agent-inject-secret-Webhooks__Sources__shop__Secrets__0: secret/data/golden-service
                vault.hashicorp.com/agent-inject-template-Webhooks__Sources__shop__Secrets__0: |-
                  {{- with secret "secret/data/golden-service" -}}{{ index .Data.data "Webhooks__Sources__shop__Secrets__0" }}{{- end -}}
        #if (postgres)
                vault.hashicorp.com/agent-inject-secret-ConnectionStrings__Shipments: secret/data/golden-service
                vault.hashicorp.com/agent-inject-template-ConnectionStrings__Shipments: |-
                  {{- with secret "secret/data/golden-service" -}}{{ index .Data.data "ConnectionStrings__Shipments" }}{{- end -}}
        #endif
        #if (rabbitmq)
                vault.hashicorp.com/agent-inject-secret-RabbitMq__Uri: secret/data/golden-service
                vault.hashicorp.com/agent-inject-template-RabbitMq__Uri: |-
                  {{- with secret "secret/data/golden-service" -}}{{ index .Data.data "RabbitMq__Uri" }}{{- end -}}
        #endif
        """),
    ("components/aws/secret-provider-class.yaml", """
              - objectName: golden-service/ConnectionStrings__Shipments
                objectType: secretsmanager
                objectAlias: ConnectionStrings__Shipments

        """, """
              - objectName: golden-service/Webhooks__Sources__shop__Secrets__0
                objectType: secretsmanager
                objectAlias: Webhooks__Sources__shop__Secrets__0
        #if (postgres)
              - objectName: golden-service/ConnectionStrings__Shipments
                objectType: secretsmanager
                objectAlias: ConnectionStrings__Shipments
        #endif
        #if (rabbitmq)
              - objectName: golden-service/RabbitMq__Uri
                objectType: secretsmanager
                objectAlias: RabbitMq__Uri
        #endif

        """),
    ("overlays/production/kustomization.yaml", """
        #if (postgres)

        # Where secrets come from: without one of these, from the Secret golden-service.
        # components:
        #   - ../../components/vault
        #   - ../../components/aws
        #endif
        """, """

        # Where secrets come from: without one of these, from the Secret golden-service.
        # components:
        #   - ../../components/vault
        #   - ../../components/aws
        """),
    ("Tests/Deploy/DeployFiles.cs", "\"ConnectionStrings:Shipments\"]", "\"ConnectionStrings:Shipments\", \"Webhooks:Sources:\"]"),
    (".template.config/template.json", "\"replaces\": \"orders\",\n      \"fileRename\": \"orders\"", "\"replaces\": \"shipments\""),
    (".template.config/template.json", "{ \"after\": \"amqp://\" }, { \"after\": \"const \" }, { \"after\": \"/v1/\" }, { \"before\": \":write\" }, { \"after\": \"ValidAudiences__0=\" }, { \"after\": \"Audience = \\\"\" }", "{ \"after\": \"amqp://\" }, { \"after\": \"default_user = \" }, { \"after\": \"\\\"\", \"before\": \"\\\"\" }, { \"after\": \"`\", \"before\": \"`\" }, { \"before\": \".dead\" }"),
    (".template.config/template.json", "|OpenTelemetry|Sentry|", "|OpenTelemetry|Polly|RabbitMQ|Sentry|"),
    (".template.config/template.json", "An ASP.NET Core web API whose OpenAPI contract is the source of its routes, validation, outcomes and C# client; with EF Core on SQLite or PostgreSQL, problem documents, health and tests.", "A worker that takes signed webhooks, keeps them in a queue in its own database and does each message's work once; with an OpenAPI contract, EF Core on SQLite or PostgreSQL, retries, dead letters, health and tests."),
    (".template.config/template.json", "[\"Web\", \"Web API\", \"API\", \"Service\", \"Solution\"]", "[\"Web\", \"Worker\", \"Service\", \"Solution\"]"),
    (".template.config/template.json", """
                {
                  "condition": "(!jwt)",
                  "exclude": [
                    "requests.http",
                    "contract/contract.lock",
                    "src/GoldenService.Worker/Generated/Operations.cs",
                    "src/GoldenService.Worker/Platform/Authentication.cs",
                    "src/GoldenService.Worker/Platform/SigningKeys.cs",
                    "tests/GoldenService.Tests/Security/**"
                  ]
                },

        """, ""),
    (".template.config/template.json", """
            {
              // What differs throughout, as whole files; what the build makes of the contract is made of theirs.
              "condition": "(!refused && sample && !jwt)",
              "source": "./.template.config/auth-none/",
              "target": "./"
            },

        """, ""),
    (".template.config/template.json", """
            "auth": {
              "type": "parameter",
              "datatype": "choice",
              "defaultValue": "jwt",
              "displayName": "Authentication",
              "description": "How callers prove who they are.",
              "replaces": "jwt",
              "onlyIf": [{ "after": "\"auth\": \"" }],
              "choices": [
                {
                  "choice": "jwt",
                  "displayName": "Tokens (JWT)",
                  "description": "Bearer tokens of an OpenID Connect issuer, with the scopes that the contract names."
                },
                {
                  "choice": "none",
                  "displayName": "None",
                  "description": "Nobody is asked: for a service that only trusted callers can reach."
                }
              ]
            },
            "jwt": {
              "type": "computed",
              "value": "(auth == \"jwt\")"
            },

        """, ""),
    (".template.config/template.json", "\"src/GoldenService.Worker/Orders/OrdersImport.cs\"", "\"src/GoldenService.Worker/Data/MessageQueries.Sqlite.cs\""),
    (".template.config/template.json", "A PostgreSQL server, with COPY for imports, bounded retries, and migrations by a role of their own.", "A PostgreSQL server, which many instances share, with bounded retries, and migrations by a role of their own."),
    (".template.config/template.json", """
                    "deploy/kubernetes/base/autoscaler.yaml",
                    "deploy/kubernetes/components/**"
        """, """
                    "deploy/kubernetes/base/autoscaler.yaml",
                    "deploy/kubernetes/scale-to-zero/**",
                    "tests/GoldenService.Tests/Deploy/ManifestScaleToZeroTests.cs"
        """),
    (".template.config/template.json", """
                {
                  // Then there is no secret.
                  "condition": "(!postgres && !jwt)",
                  "exclude": [
                    "deploy/compose/.gitignore",
                    "deploy/compose/secrets.cs"
                  ]
                }
              ]
            },
            {
              // The packages for ASP.NET Core, at the latest releases.
        """, """
                {
                  "condition": "(rabbitmq)",
                  "exclude": [
                    "src/GoldenService.Worker/Data/QueueLength.cs",
                    "src/GoldenService.Worker/Messages/MessageSource.cs",
                    "src/GoldenService.Worker/Messages/MessageState.cs"
                  ]
                },
                {
                  "condition": "(!sample)",
                  "exclude": [
                    "carrier.yaml",
                    "clients/typescript/src/generated/**",
                    "contract/contract.lock",
                    "contract/upstreams.props",
                    "src/GoldenService.Carrier/**",
                    "src/GoldenService.Client/Generated/**",
                    "src/GoldenService.Worker/Data/Migrations/**",
                    "src/GoldenService.Worker/Generated/Models.cs",
                    "src/GoldenService.Worker/Generated/Requests.cs",
                    "src/GoldenService.Worker/Generated/Rules.cs",
                    "src/GoldenService.Worker/Shipments/**",
                    "tests/GoldenService.Tests/Shipments/**"
                  ]
                }
              ]
            },
            {
              // One small handler in place of the sample.
              "condition": "(!refused && !sample)",
              "source": "./.template.config/sample-none/",
              "target": "./",
              "modifiers": [
                {
                  "condition": "(!typescriptClient)",
                  "exclude": ["clients/**"]
                },
                {
                  "condition": "(postgres)",
                  "exclude": ["src/GoldenService.Worker/Data/Migrations/**"]
                }
              ]
            },
            {
              "condition": "(!refused && !sample && postgres)",
              "source": "./.template.config/sample-none-postgres/",
              "target": "./"
            },
            {
              // What brings messages to the worker.
              "condition": "(!refused && rabbitmq)",
              "source": "./.template.config/transport-rabbitmq/",
              "target": "./"
            },
            {
              // The packages for ASP.NET Core, at the latest releases.
        """),
    (".template.config/template.json", """
                {
                  "condition": "(!sample)",
                  "exclude": [
                    "src/GoldenService.Worker/Data/Migrations/**",
                    "src/GoldenService.Worker/Orders/**",
                    "tests/GoldenService.Tests/Platform/RetryTests.cs",
                    "tests/GoldenService.Tests/Platform/StorageTests.cs"
                  ]
                }

        """, """
                {
                  "condition": "(!sample)",
                  "exclude": ["src/GoldenService.Worker/Data/Migrations/**"]
                }

        """),
    (".template.config/template.json", """
            },
            {
              // One small operation in place of the sample.
              "condition": "(!refused && !sample)",
              "source": "./.template.config/sample-none/",
              "target": "./",
              "modifiers": [
                {
                  "condition": "(!jwt)",
                  "exclude": [
                    "requests.http",
                    "contract/contract.lock",
                    "src/GoldenService.Worker/Generated/Operations.cs",
                    "tests/GoldenService.Tests/Security/**"
                  ]
                },
                {
                  "condition": "(!typescriptClient)",
                  "exclude": ["clients/**"]
                },
                {
                  "condition": "(postgres)",
                  "exclude": [
                    "src/GoldenService.Worker/Data/Migrations/**",
                    "tests/GoldenService.Tests/Platform/StorageTests.cs"
                  ]
                },
                {
                  "condition": "(!compose)",
                  "exclude": ["deploy/**"]
                }
              ]
            },
            {
              "condition": "(!refused && !sample && !jwt)",
              "source": "./.template.config/sample-none-auth-none/",
              "target": "./"
            },
            {
              "condition": "(!refused && !sample && postgres)",
              "source": "./.template.config/sample-none-postgres/",
              "target": "./"
            }

        """, """
            }

        """),
    (".template.config/template.json", """
                {
                  // What is about the sample; the folders sample-none have it without.
                  "condition": "(!sample)",
                  "exclude": [
                    "openapi.yaml",
                    "requests.http",
                    "contract/contract.lock",
                    "clients/typescript/src/generated/**",
                    "clients/typescript/test/**",
                    "deploy/compose/grafana/dashboards/business.json",
                    "src/GoldenService.Worker/Data/Migrations/**",
                    "src/GoldenService.Worker/Data/MinorUnits.cs",
                    "src/GoldenService.Worker/Data/ShipmentsDbContext.cs",
                    "src/GoldenService.Worker/Data/UnixMilliseconds.cs",
                    "src/GoldenService.Worker/Generated/**",
                    "src/GoldenService.Worker/Orders/**",
                    "src/GoldenService.Client/Generated/**",
                    "tests/GoldenService.Tests/Examples.cs",
                    "tests/GoldenService.Tests/StubOperations.cs",
                    "tests/GoldenService.Tests/Http/**",
                    "tests/GoldenService.Tests/Index/MissingIndexTests.cs",
                    "tests/GoldenService.Tests/Platform/StorageTests.cs",
                    "tests/GoldenService.Tests/Security/OwnershipTests.cs",
                    "tests/GoldenService.Tests/Telemetry/MetricTests.cs",
                    "tests/GoldenService.Tests/Telemetry/StatementTests.cs",
                    "tests/GoldenService.Tests/Unit/Order*.cs",
                    "tests/GoldenService.Tests/Unit/StoredValueTests.cs"
                  ]
                },

        """, ""),
    (".template.config/template.json", "            \"tests/GoldenService.Tests/Platform/StorageTests.cs\",\n", ""),
    (".template.config/template.json", """
            "typescriptClient": {

        """, """
            // Here no other word is written like it: it is replaced everywhere, in the singular too.
            "oneOfSubject": {
              "type": "generated",
              "generator": "switch",
              "datatype": "string",
              "parameters": {
                "cases": [
                  { "condition": "(sample)", "value": "Shipment" },
                  { "condition": "(!sample)", "value": "Note" }
                ]
              },
              "replaces": "Shipment"
            },
            "lowerOneOfSubject": {
              "type": "generated",
              "generator": "casing",
              "parameters": {
                "source": "oneOfSubject",
                "toLower": true
              },
              "replaces": "shipment"
            },
            "audience": {
              "type": "generated",
              "generator": "switch",
              "datatype": "string",
              "parameters": {
                "cases": [
                  { "condition": "(sample)", "value": "shipping" },
                  { "condition": "(!sample)", "value": "notes" }
                ]
              },
              "replaces": "shipping"
            },
            // What a message tells of.
            "event": {
              "type": "generated",
              "generator": "switch",
              "datatype": "string",
              "parameters": {
                "cases": [
                  { "condition": "(sample)", "value": "order.placed" },
                  { "condition": "(!sample)", "value": "note.written" }
                ]
              },
              "replaces": "order.placed"
            },
            "handler": {
              "type": "generated",
              "generator": "switch",
              "datatype": "string",
              "parameters": {
                "cases": [
                  { "condition": "(sample)", "value": "OrderPlacedHandler" },
                  { "condition": "(!sample)", "value": "NoteWrittenHandler" }
                ]
              },
              "replaces": "OrderPlacedHandler"
            },
            "eventId": {
              "type": "generated",
              "generator": "switch",
              "datatype": "string",
              "parameters": {
                "cases": [
                  { "condition": "(sample)", "value": "OrderId" },
                  { "condition": "(!sample)", "value": "NoteId" }
                ]
              },
              "replaces": "OrderId"
            },
            "typescriptClient": {

        """),
    (".template.config/template.json", """
            "httpPort": {

        """, """
            "transport": {
              "type": "parameter",
              "datatype": "choice",
              "defaultValue": "database",
              "displayName": "Transport",
              "description": "What brings accepted messages to the worker.",
              "replaces": "database",
              "onlyIf": [{ "after": "\"transport\": \"" }],
              "choices": [
                {
                  "choice": "database",
                  "displayName": "Database",
                  "description": "The service's own database, whose table of messages is the queue."
                },
                {
                  "choice": "rabbitmq",
                  "displayName": "RabbitMQ",
                  "description": "A quorum queue of RabbitMQ, which delivers what the database keeps."
                }
              ]
            },
            "rabbitmq": {
              "type": "computed",
              "value": "(transport == \"rabbitmq\")"
            },
            "httpPort": {

        """),
    (".template.config/template.json", "(Api|Caller|Client|Tests|Program|Console|DeleteBehavior|Exception|Guid|IValidator|ModelBuilder|ModelSnapshot|NpgsqlModelBuilderExtensions|NotesOperations|OrderDraft|OrderRules|OrdersOperations|ServiceLifetime|StartFailure|TimeProvider|WebApplication)", "(Worker|Carrier|Client|Tests|Program|Console|DeadLettersOperations|DeleteBehavior|Exception|Guid|ModelBuilder|ModelSnapshot|NpgsqlModelBuilderExtensions|StartFailure|TimeProvider|WebApplication|WebhooksOperations)"),
    ("Directory.Packages.props", "    <PackageVersion Include=\"Serilog\"", """
            <!--#if (rabbitmq) -->
            <PackageVersion Include="RabbitMQ.Client" Version="7.2.2" />
            <!--#endif -->
            <PackageVersion Include="Serilog"
        """),
    ("GoldenService.Api.csproj", "    <!--#if (sentry)\n", """
            <!--#if (rabbitmq)
            <PackageReference Include="RabbitMQ.Client" />
            #endif -->
            <!--#if (sentry)

        """),
    ("packages-full/Directory.Packages.props", """
            <!--#if (sentry) -->
            <PackageVersion Include="Sentry.AspNetCore" Version="6.12.1" />
            <!--#endif -->
            <!--#if (sample) -->
            <PackageVersion Include="Polly.Core" Version="8.9.1" />
            <!--#endif -->
            <!--#if (rabbitmq) -->
            <PackageVersion Include="RabbitMQ.Client" Version="7.2.2" />
            <!--#endif -->

        """, """
            <!--#if (sample) -->
            <PackageVersion Include="Polly.Core" Version="8.9.1" />
            <!--#endif -->
            <!--#if (rabbitmq) -->
            <PackageVersion Include="RabbitMQ.Client" Version="7.2.2" />
            <!--#endif -->
            <!--#if (sentry) -->
            <PackageVersion Include="Sentry.AspNetCore" Version="6.12.1" />
            <!--#endif -->

        """),
    ("docs/eject.md", "The build makes code of `openapi.yaml`. Whoever", """
        <!--#if (sample) -->
        The build makes code of `openapi.yaml`, and a client of `carrier.yaml`.
        <!--#else -->
        The build makes code of `openapi.yaml`.
        <!--#endif -->
        Whoever
        """),
    ("docs/eject.md", """
        2. Remove this line from `src/GoldenService.Worker/GoldenService.Worker.csproj` and `src/GoldenService.Client/GoldenService.Client.csproj`:

        """, """
        <!--#if (sample) -->
        2. Remove this line from `src/GoldenService.Worker/GoldenService.Worker.csproj`, `src/GoldenService.Client/GoldenService.Client.csproj` and
           `src/GoldenService.Carrier/GoldenService.Carrier.csproj`:
        <!--#else -->
        2. Remove this line from `src/GoldenService.Worker/GoldenService.Worker.csproj` and `src/GoldenService.Client/GoldenService.Client.csproj`:
        <!--#endif -->

        """),
    ("docs/eject.md", "- The client is code like any other: a new operation is written there too.\n", """
        <!--#if (sample) -->
        - The clients are code like any other: a new operation is written there too.
        <!--#else -->
        - The client is code like any other: a new operation is written there too.
        <!--#endif -->

        """),
    ("docs/contract.md", "    <Upstream Include=\"../carrier.yaml\" Project=\"GoldenService.Carrier\" />\n", """
        <!--#if (sample) -->
            <Upstream Include="../carrier.yaml" Project="GoldenService.Carrier" />
        <!--#else -->
            <Upstream Include="../calendar.yaml" Project="GoldenService.Calendar" />
        <!--#endif -->

        """),
    ("docs/contract.md", "`GetOrderResult` has `Ok(order, eTag)` and\n  `NotFound(detail)`", "`RequeueDeadLetterResult` has `NoContent()`\n  and `NotFound(detail)`"),
    ("docs/contract.md", "`lines[0].quantity`", "`data.lines[0].quantity`"),
    ("docs/contract.md", "`If-Match` for a header", "`webhook-id` for a header"),
    ("docs/contract.md", "`OrderDraftRules`", "`WebhookRules`"),
    ("docs/contract.md", "`IValidator<OrderDraft>`", "`IValidator<Webhook>`"),
    ("Data/Database.Sqlite.cs", """
            /// <summary>Whether saving failed because another request has inserted a row of the same key.</summary>
            public static bool IsDuplicateKey(DbUpdateException exception) =>
                exception.InnerException is SqliteException { SqliteExtendedErrorCode: 1555 or 2067 }; // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE


        """, ""),
    ("Data/Database.Postgres.cs", """
            /// <summary>Whether saving failed because another request has inserted a row of the same key.</summary>
            public static bool IsDuplicateKey(DbUpdateException exception) =>
                exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };


        """, ""),
    ("Data/UnixMilliseconds.cs", """
            /// <summary>The time as it reads once it has been stored.</summary>
            public static DateTimeOffset Stored(this DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());


        """, ""),
    ("Data/UnixMilliseconds.cs", """
            /// <summary>The first time that can be stored and is not before this one: what a stored time is compared with.</summary>
            public static DateTimeOffset NextStored(this DateTimeOffset time)
            {
                var stored = time.Stored();
                return stored < time && stored < DateTimeOffset.MaxValue.Stored() ? stored.AddMilliseconds(1) : stored;
            }


        """, ""),
    ("Platform/Authentication.cs", "        services.AddScoped<Caller>();\n", ""),
    ("Platform/Authentication.cs", """
                var subject = context.Principal?.FindFirstValue("sub");
                if (string.IsNullOrEmpty(subject))
                {
                    context.Fail("The token names no subject.");
                    return Task.CompletedTask;
                }

                context.HttpContext.RequestServices.GetRequiredService<Caller>().Subject = subject;

        """, """
                if (string.IsNullOrEmpty(context.Principal?.FindFirstValue("sub")))
                {
                    context.Fail("The token names no subject.");
                }


        """),
    ("Platform/RateLimits.cs", "public sealed class RateLimitsOptions", "public sealed partial class RateLimitsOptions"),
    ("Platform/RateLimits.cs", "PerAddress { get; set; } = 1200;", "PerAddress { get; set; } = 120_000;"),
    ("Platform/RateLimits.cs", "so that a flood costs no signature; by subject after it, so that", "so that a flood costs no signature; by subject or source after it, so that"),
    ("Platform/RateLimits.cs", "public static class RateLimits\n", "public static partial class RateLimits\n"),
    ("Tests/Contract/BodyTests.cs", "message.Headers.Concat(service.Http.DefaultRequestHeaders).Select(header => $\"{header.Key}: {string.Join(\", \", header.Value)}\\r\\n\")", "Signatures.Headers(\"{\"u8.ToArray()).Select(header => $\"{header.Name}: {header.Value}\\r\\n\")"),
    ("Tests/Contract/ContractBoundaries.cs", """
                else if ((bool?)parameter["required"] == true)

        """, """
                else if (name.StartsWith("webhook-", StringComparison.Ordinal))
                {
                    Unbreakable[(place.Title, "required")] = "what lacks it is not signed, and that is 401";
                }
                else if ((bool?)parameter["required"] == true)

        """),
    ("Tests/Contract/ContractBoundaries.cs", "\"header\" => text.All(", "\"header\" => text.Length > 0 && text.All("),
    ("Tests/Platform/ShutdownTests.cs", "{Authorization}{headers}", "{headers}"),
    ("Tests/Platform/ShutdownTests.cs", "    private static string Authorization => $\"Authorization: Bearer {Issuer.Shared.Token()}\\r\\n\";\n\n", ""),
    ("Tests/Security/Service.Tokens.cs", "CreateDefaultClient(new ContractHandler())", "CreateDefaultClient(new ContractHandler(), new SigningHandler())"),
    ("Tests/Security/Service.Tokens.cs", """
            /// <summary>The client of somebody else.</summary>
            public OrdersClient OrdersOf(string subject) => new(ClientWith(Issuer.Token(subject)));


        """, ""),
    ("Tests/Security/Service.Tokens.cs", "using GoldenService.Client;\n", ""),
    ("Tests/Contract/TypeScriptTests.cs", "        await using var alone = await Service.StartAsync();\n", """
                await using var alone = await Service.StartAsync();
                await Examples.AddDeadLetterAsync(alone);
                await Examples.AddDeadLetterAsync(alone);

        """),
    ("Tests/Contract/TypeScriptTests.cs", "            (\"SERVICE_TOKEN\", Issuer.Shared.Token()),\n", """
                    ("SERVICE_TOKEN", Issuer.Shared.Token()),
                    ("SERVICE_SECRET", Signatures.Secret),

        """),
    ("Tests/Index/RequestStatements.cs", "/// <summary>Keeps the statements that requests cause, to whichever service of the tests, with the parameters that each had first.</summary>", "/// <summary>Keeps the statements of whichever service of the tests, those of its queue too, with the parameters that each had first.</summary>"),
    ("Tests/Index/RequestStatements.cs", "    private static readonly HttpContextAccessor Request = new();\n\n", ""),
    ("Tests/Index/RequestStatements.cs", "// What tests ask the database themselves, and migrations, are no business of the service.", "// What tests ask the database themselves is no business of the service."),
    ("Tests/Index/RequestStatements.cs", "if (Request.HttpContext is not null)", "if (!Service.IsAsking)"),
    ("Tests/Index/RequestStatements.cs", "using Microsoft.AspNetCore.Http;\n", ""),
    ("Tests/Service.cs", "        Http = ClientWith(Issuer.Token());\n", """
        #if (rabbitmq)
                if (TestBroker.IsSkipped)
                {
                    // The service that tests share comes before all of them: there a skip would be a failure.
                    Assert.SkipWhen(TestContext.Current.Test is not null, TestBroker.Reason);
                    return ValueTask.CompletedTask;
                }

        #endif
                Http = ClientWith(Issuer.Token());

        """),
    ("Tests/Service.cs", "        builder.ConfigureTestServices(Replace);\n", """
        #if (rabbitmq)
                builder.UseSetting("RabbitMq:Queue", TestBroker.QueueOf(builder.GetSetting("ConnectionStrings:Shipments")!));
        #endif
                builder.ConfigureTestServices(Replace);

        """),
    ("Tests/ServiceProcess.cs", "        process = Process.Start(start)!;\n", """
        #if (rabbitmq)
                start.Environment["RabbitMq__Queue"] = TestBroker.QueueOf(start.Environment["ConnectionStrings__Shipments"]!);
        #endif
                process = Process.Start(start)!;

        """),
    ("Tests/Service.cs", "        return await use(", "        Asking.Value = true;\n        return await use("),
    ("Tests/Service.cs", "    // The port is a setting", """
            private static readonly AsyncLocal<bool> Asking = new();

            // The port is a setting
        """),
    ("Tests/Service.cs", "    public TestDatabase Database { get; } = new();\n", """
            /// <summary>Whether it is a test that asks the database.</summary>
            public static bool IsAsking => Asking.Value;

            public TestDatabase Database { get; } = new();

        """),
    ("Tests/Service.cs", "using System.Threading.Tasks;\n", "using System.Threading;\nusing System.Threading.Tasks;\n"),
    ("Tests/Service.cs", "services.AddHttpContextAccessor().ConfigureDbContext", "services.ConfigureDbContext"),
    ("Tests/Service.cs", "    public OrdersClient Orders { get; private set; } = null!;\n", """
            /// <summary>A client that signs nothing and has no token.</summary>
            public HttpClient Stranger { get; private set; } = null!;

            public WebhooksClient Webhooks { get; private set; } = null!;

            public DeadLettersClient DeadLetters { get; private set; } = null!;

        """),
    ("Tests/Service.cs", "        Orders = new OrdersClient(Http);\n", """
                Stranger = CreateDefaultClient(new ContractHandler());
                Webhooks = new WebhooksClient(Http);
                DeadLetters = new DeadLettersClient(Http);

        """),
    ("Tests/Service.cs", "        builder.UseSetting(\"RateLimits:PerSubject\", \"1000000\");\n", """
                builder.UseSetting("RateLimits:PerSubject", "1000000");
                builder.UseSetting("RateLimits:PerSource", "1000000");
                builder.UseSetting($"Webhooks:Sources:{Signatures.Source}:Secrets:0", Signatures.Secret);
                builder.UseSetting("Messages:PollSeconds", "0.1");

        """),
    ("Tests/ServiceProcess.cs", "        start.Environment[\"Shutdown__DrainSeconds\"] = \"0\";\n", """
                start.Environment["Shutdown__DrainSeconds"] = "0";
                start.Environment[$"Webhooks__Sources__{Signatures.Source}__Secrets__0"] = Signatures.Secret;

        """),
    ("Tests/ServiceProcess.cs", "new HttpClient { BaseAddress = await AddressAsync() }", "new HttpClient(new SigningHandler { InnerHandler = new HttpClientHandler() }) { BaseAddress = await AddressAsync() }"),
    ("docs/contract.md", "`- bearer: [orders:write]`", "`- bearer: [worker:admin]`"),
];

var templates = Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "templates");
var (source, target) = (Path.Combine(templates, "webapi-golden"), Path.Combine(templates, "worker-golden"));
var isCheck = args is ["--check"];
var unused = edits.ToHashSet();
var idle = words.ToHashSet();
var failures = new List<string>();

var copies = shared.SelectMany(Files).Except(own).Select(file => (file, "GoldenService.Client")).Concat(twice.SelectMany(Files).Select(file => (file, "GoldenService.Carrier")));
foreach (var (file, client) in copies.Order())
{
    var name = Named(file).Replace("GoldenService.Client", client, StringComparison.Ordinal);
    var copy = Path.Combine(target, name);
    var bytes = File.ReadAllBytes(Path.Combine(source, file));
    if (!file.EndsWith(".png", StringComparison.Ordinal))
    {
        bytes = Encoding.UTF8.GetBytes(Text(file).Replace("GoldenService.Client", client, StringComparison.Ordinal));
    }

    if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(bytes))
    {
        continue;
    }

    if (isCheck)
    {
        failures.Add($"templates/worker-golden/{name} is not what share.cs makes of templates/webapi-golden/{file}.");
        continue;
    }

    Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
    File.WriteAllBytes(copy, bytes);
    Console.WriteLine($"made anew  {name}");
}

failures.AddRange(idle.Select(word => $"share.cs: no file has '{word.Word.Trim()}'."));
failures.AddRange(unused.Select(edit => $"share.cs: {edit.File} has no '{edit.Text.Trim().Split('\n')[0]}'."));
failures.ForEach(Console.Error.WriteLine);
return failures.Count == 0 ? 0 : 1;

IEnumerable<string> Files(string pattern)
{
    var folder = Path.Combine(source, Path.GetDirectoryName(pattern)!);
    var files = Directory.GetFiles(folder, Path.GetFileName(pattern));
    return files.Length > 0 ? files.Select(file => Path.GetRelativePath(source, file).Replace('\\', '/')) : throw new FileNotFoundException($"share.cs: there is no {pattern}.");
}

string Named(string text) => names.Aggregate(text, (text, name) => text.Replace(name.Word, name.Instead, StringComparison.Ordinal));

string Text(string file)
{
    var text = Named(WithTokens(File.ReadAllText(Path.Combine(source, file)).ReplaceLineEndings("\n")));
    if (file == "Dockerfile" || file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("deploy/", StringComparison.Ordinal) || file.Contains("tests/", StringComparison.Ordinal) || file.StartsWith(".template.config/", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal))
    {
        foreach (var word in words.Where(word => text.Contains(word.Word, StringComparison.Ordinal)))
        {
            idle.Remove(word);
            text = text.Replace(word.Word, word.Instead, StringComparison.Ordinal);
        }
    }

    foreach (var edit in edits.Where(edit => file.EndsWith(edit.File, StringComparison.Ordinal)))
    {
        if (text.Contains(edit.Text, StringComparison.Ordinal))
        {
            unused.Remove(edit);
            text = text.Replace(edit.Text, edit.Instead, StringComparison.Ordinal);
        }
    }

    return text;
}

// The blocks of #if (jwt) as they are with tokens, and those of #if (sample) as they are with the sample; other conditions are left to the template engine.
static string WithTokens(string text)
{
    var lines = new List<string>();
    var conditions = new Stack<(bool IsTokens, bool IsTaken)>();
    foreach (var line in text.Split('\n'))
    {
        var directive = Regex.Match(line, @"^\s*(?:<!--|/+)?\s*#(?<word>if|elseif|else|endif)\b\s*(?<condition>\([^)]*\))?");
        var (isTokens, isTaken) = directive.Groups["word"].Value switch
        {
            "if" => (directive.Groups["condition"].Value is "(jwt)" or "(!jwt)" or "(jwt || postgres)" or "(sample)", directive.Groups["condition"].Value != "(!jwt)"),
            "else" when conditions.TryPop(out var before) => (before.IsTokens, !before.IsTokens || !before.IsTaken),
            "endif" when conditions.TryPop(out var before) => (before.IsTokens, true),
            _ => (false, true),
        };
        if (directive.Groups["word"].Value is "if" or "else")
        {
            conditions.Push((isTokens, isTaken));
        }

        if ((!directive.Success || !isTokens) && conditions.All(condition => condition.IsTaken))
        {
            lines.Add(line);
        }
    }

    return string.Join('\n', lines);
}
