namespace Golden.Templates.Combinations;

/// <summary>A template with one fault, of the kind that a hurried edit makes.</summary>
/// <param name="Expected">What the finding that tells of the fault says; another finding does not count.</param>
sealed record Mutant(string Fault, string Expected, Func<TemplateFolder, TemplateFolder> Make)
{
    public override string ToString() => Fault;
}

/// <summary>The faults that the checks must find, each made in a copy of the web API.</summary>
static class Mutants
{
    const string Api = "src/GoldenService.Api/";
    const string Project = Api + "GoldenService.Api.csproj";
    const string Common = "../common/";
    const string Service = Common + "src/GoldenService.ServiceDefaults/";
    const string Defaults = Service + "GoldenService.ServiceDefaults.csproj";
    const string Packages = Common + "Directory.Packages.props";
    const string Limits = Service + "RateLimits.cs";
    const string Caller = Service + "Caller.cs";
    const string Config = TemplateConfig.File;
    const string Workflow = Common + ".github/workflows/ci.yml";
    const string Solution = Common + "GoldenService.slnx";
    const string ComposeFile = "deploy/compose/compose.yaml";
    const string Compose = Common + ComposeFile;
    const string Kubernetes = Common + "deploy/kubernetes/base/";
    const string Leaving = Common + "docs/eject.md";
    const string Checklist = "docs/checklist.md";
    const string Azure = Common + "azure-pipelines.yml";
    const string TypeScript = "clients/typescript/";
    const string Image = Api + "Dockerfile";
    const string Variant = TemplateConfig.Folder + "auth-none/";
    const string Operations = Api + "Generated/Operations.cs";
    const string Contract = Api + "openapi.yaml";
    const string Tests = "tests/GoldenService.Api.Tests/";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        // Packages
        Edit("a package reference is dropped", "AddValidatorsFromAssemblyContaining", Project, """    <PackageReference Include="FluentValidation.AspNetCore" />""" + "\n", ""),
        Edit("a package reference of one branch is dropped", "CS0246", Defaults, """    <PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" />""" + "\n", ""),
        Edit("a package has no version in one branch", "NU1010", Packages, """    <PackageVersion Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.3" />""" + "\n", ""),
        Edit("a package that no feed has", "NU1101", Packages, "\"FluentValidation.AspNetCore\"", "\"FluentValidation.Nowhere\"", (Project, "\"FluentValidation.AspNetCore\"", "\"FluentValidation.Nowhere\"")),
        Edit("the condition of a package reference asks for another option too", "NU1010", Defaults, "<!--#if (postgres)\n", "<!--#if (postgres && jwt)\n"),
        Edit("a project reference is dropped", "CS0234", Tests + "GoldenService.Api.Tests.csproj", """    <ProjectReference Include="../../src/GoldenService.Api.Client/GoldenService.Api.Client.csproj" />""" + "\n", ""),
        Edit("internals are shown to nobody", "CS0122", Project, """    <InternalsVisibleTo Include="GoldenService.Api.Tests" />""" + "\n", ""),

        // Directives
        Edit("a stray #endif", "#endif", Limits, "    public static UInt128 Network", "#endif\n    public static UInt128 Network"),
        Edit("a missing #endif in C#", "without its #endif", Limits, "{ get; set; } = 600;\n\n#endif\n", "{ get; set; } = 600;\n\n"),
        Edit("a missing #endif in Markdown", "without its #endif", Checklist, "`RateLimitTests` |\n<!--#endif -->\n", "`RateLimitTests` |\n"),
        Edit("a missing #endif in XML", "without its #endif", Packages, "Npgsql.EntityFrameworkCore.PostgreSQL\" Version=\"10.0.3\" />\n    <!--#endif -->\n", "Npgsql.EntityFrameworkCore.PostgreSQL\" Version=\"10.0.3\" />\n"),
        Edit("a second #endif in YAML, where it is a comment", "#endif", Compose, "      - data:/data\n#endif\n", "      - data:/data\n#endif\n#endif\n"),
        Edit("a directive in a form that this kind of file does not have", "#if", Defaults, "    <!--#if (jwt) -->", "    #if (jwt)"),
        Edit("a directive that shares its line with text", "shares its line", Checklist, "# The production checklist", "# The production checklist<!--#if (postgres) --> of a database<!--#endif -->"),
        Edit("a condition on a symbol that is misspelled", "typeScriptClient", "README.md", "(typescriptClient)", "(typeScriptClient)"),
        Edit("a shared file has a condition on a symbol that this template does not declare", "names the symbol gateway", Limits, "#if (worker)", "#if (gateway)"),
        Edit("a condition on a choice that is misspelled", "gitlab", Leaving, "ci == \"github\"", "ci == \"gitlab\""),
        Edit("an inverted condition", "AddErrorTracking", Api + "Program.cs", "#if (sentry)\n", "#if (!sentry)\n"),

        // Names that only one branch has
        Edit("a using directive in one branch only", "InvalidOperationException", Caller, "#if (jwt)\nusing System;\n\n#endif\n", ""),
        Edit("a property that only one branch declares", "PerSubject", Limits, "Bucket(options.PerAddress", "Bucket(options.PerSubject"),
        Edit("a variant of a file lacks a member", "StatusCode", Service + "Data/Database.Postgres.cs", "StatusCode(Exception exception)", "CodeOf(Exception exception)"),
        Edit("a call stays where its file is left out", "AddErrorTracking", Api + "Program.cs", "#if (sentry)\n\n    // Failures go to Sentry where a DSN is set.\n    builder.AddErrorTracking();\n#endif\n", "    builder.AddErrorTracking();\n"),
        Edit("a warning of the compiler in one branch", "CS0219", Caller, " { get; set; } = \"everybody\";", "\n    {\n        get\n        {\n            var unused = 1;\n            return \"everybody\";\n        }\n\n        set => _ = value;\n    }"),
        Edit("a warning of an analyzer in one branch", "CA1822", Service + "SigningKeys.cs", "the log says why.\"));\n}\n", "the log says why.\"));\n}\n\ninternal sealed class Sum\n{\n    public int Twice(int number) => 2 * number;\n\n    public override string ToString() => Twice(1).ToString(System.Globalization.CultureInfo.InvariantCulture);\n}\n"),
        Edit("a badly formatted line in one branch", "IDE0055", Caller, "= \"everybody\";", "=\"everybody\";"),

        Edit("a call in the README that the client does not have", "CS1739", "README.md", "ifMatch: placed.Headers", "eTag: placed.Headers"),

        // Paths
        Edit("a Dockerfile copies what is not there", "contracts.targets", Image, "COPY . .\nRUN find", "COPY contract/contracts.targets .\nRUN find"),
        Edit("a Dockerfile copies a folder that has another name", "src/Service.Api", Image, "COPY . .\nRUN dotnet publish", "COPY src/Service.Api/ src/\nRUN dotnet publish"),
        Edit("a Dockerfile publishes a project that is not there", "src/GoldenApi", Image, "publish src/GoldenService.Api ", "publish src/GoldenApi "),
        Edit("a Dockerfile copies from a stage that is not there", "publish", Image, "--from=build", "--from=publish"),
        Edit("a Dockerfile with an instruction that does not exist", "RUNN", Image, "RUN dotnet", "RUNN dotnet"),
        Edit("compose builds with a Dockerfile that is not there", "docker/Dockerfile", Compose, "dockerfile: src/GoldenService.ServiceProject/Dockerfile", "dockerfile: docker/Dockerfile"),
        Edit("compose builds in the wrong folder", "deploy/src", Compose, "context: ../..", "context: .."),
        Edit("compose depends on no service", "migration", Compose, "      migrate:\n        condition", "      migration:\n        condition"),
        Edit("compose mounts a volume that is not declared", "data", Compose, "#else\n  data:\n#endif", "#else\n  file:\n#endif"),
        Edit("a workflow restores a project that is not there", "Client.csproj", Workflow, "dotnet restore --locked-mode", "dotnet restore src/GoldenService.Api.Client/Client.csproj --locked-mode"),
        Edit("a workflow hashes a file that is not there", "Directory.Package.props", Workflow, "          tags: $", "          build-args: ${{ hashFiles('Directory.Package.props') }}\n          tags: $"),
        Edit("a workflow needs a job that is not there", "builds", Workflow, "needs: build", "needs: builds"),
        Edit("a workflow goes to a folder of another option", "clients/typescript", Workflow, "      - name: Test\n", "      - run: npm ci\n        working-directory: clients/typescript\n      - name: Test\n"),
        Without("a pipeline builds an image without a Dockerfile", "There is no src/Acme.Billing.Api/Dockerfile", Image),
        Edit("a pipeline depends on no job", "dependsOn", Azure, "dependsOn: build", "dependsOn: builds"),
        Edit("a pipeline builds a solution that is not there", "Golden_Service.slnx", Azure, "dotnet build --no-restore -warnaserror", "dotnet build Golden_Service.slnx --no-restore -warnaserror"),
        Edit("kustomize names a file that is not there", "deployment.yml", Kubernetes + "kustomization.yaml", "deployment.yaml", "deployment.yml"),
        Edit("the solution names a file that is not there", "docs/contracts.md", Solution, "</Solution>", "  <Folder Name=\"/docs/\">\n    <File Path=\"docs/contracts.md\" />\n  </Folder>\n</Solution>"),
        Edit("the solution names a file of another choice", ComposeFile, Solution, "</Solution>", "  <Folder Name=\"/deploy/\">\n    <File Path=\"deploy/compose/compose.yaml\" />\n  </Folder>\n</Solution>"),
        Edit("the solution leaves a project out", "does not list", Solution, """    <Project Path="src/GoldenService.ServiceProject.Client/GoldenService.ServiceProject.Client.csproj" />""" + "\n", ""),
        Edit("a project has a contract that is not there", "contract/openapi.yaml", Project, "<Contract Include=\"openapi.yaml\"", "<Contract Include=\"../../contract/openapi.yaml\""),

        // template.json
        Edit("a symbol is renamed where it is declared", "typescriptClient", Config, "\"typescriptClient\": {", "\"tsClient\": {"),
        Edit("a computed symbol is renamed", "names the symbol sentry", Config, "\"sentry\": {", "\"reportsToSentry\": {"),
        Edit("a symbol is renamed in a host file only", "freePort", ".template.config/ide.host.json", "\"httpPort\"", "\"freePort\""),
        Edit("a choice is renamed", "azure", Config, "\"choice\": \"azure\"", "\"choice\": \"azurePipelines\""),
        Edit("a default that is no choice", "mysql", Config, "\"defaultValue\": \"sqlite\"", "\"defaultValue\": \"mysql\""),
        Edit("a token that is misspelled", "Golden_Service", Config, "\"replaces\": \"GoldenService\"", "\"replaces\": \"Golden_Service\""),
        Edit("a port that is not replaced", "5181", Config, "\"replaces\": \"5180\"", "\"replaces\": \"5181\""),
        Edit("a free port that looks like one that is not replaced", "freeHttpPort can be 5180", Config, "\"low\": 5200,", "\"low\": 5150,"),
        Edit("a form that is not declared", "Form", Config, "\"valueTransform\": \"projectName\"", "\"valueTransform\": \"projectNameForm\""),
        Edit("an exclusion that matches nothing", "*.SqLite.cs", Config, "**/*.Sqlite.cs\"", "**/*.SqLite.cs\""),
        Edit("an exclusion of a folder that is not there", "client/**", Config, "\"clients/**\"", "\"client/**\""),
        Edit("an exclusion that takes too much", "CS", Config, "GoldenService.ServiceDefaults/SigningKeys.cs\"", "GoldenService.ServiceDefaults/S*.cs\""),
        Edit("a test stays where its subject is left out", "DeployFiles", Config, "\"deploy/kubernetes/**\",\n            \"tests/GoldenService.Testing/Specifications/ManifestSpecification.cs\"", "\"deploy/kubernetes/**\""),
        Edit("a rename that matches nothing", "azure.yml", Config, "          \"condition\": \"(ci != \\\"azure\\\")\",\n", "          \"condition\": \"(ci != \\\"azure\\\")\",\n          \"rename\": { \"azure.yml\": \"pipelines.yml\" },\n"),
        Edit("a primary output that is not there", "Golden.slnx", Config, "\"path\": \"GoldenService.slnx\"", "\"path\": \"Golden.slnx\""),
        Edit("a refusal that leaves files", "leaves", Config, "\"condition\": \"(!refused)\",\n      \"source\": \"./\"", "\"condition\": \"(!unusableName)\",\n      \"source\": \"./\""),
        Edit("a refusal of what should work", "should work", Config, "\"(deploy == \\\"none\\\" && (deploy == \\\"compose\\\" || deploy == \\\"kubernetes\\\"))\"", "\"(deploy == \\\"none\\\")\""),
        Edit("no refusal of nothing and something to deploy", "not refused", Config, "\"condition\": \"(contradictory && ", "\"condition\": \"(false && "),
        Edit("an option that nothing reads", "is never used", Config, "\"symbols\": {", "\"symbols\": {\n    \"cache\": { \"type\": \"parameter\", \"datatype\": \"bool\", \"description\": \"A cache.\", \"defaultValue\": \"false\" },"),
        Edit("an option that makes no difference", "makes no difference", Config, "\"symbols\": {", "\"symbols\": {\n    \"cache\": { \"type\": \"parameter\", \"datatype\": \"bool\", \"description\": \"A cache.\", \"defaultValue\": \"false\" },", ("README.md", "## Change the contract\n", "<!--#if (cache) -->\n## Change the contract\n<!--#else -->\n## Change the contract\n<!--#endif -->\n")),
        Edit("a template.json that is no JSON", "template.json", Config, "\"symbols\": {", "\"symbols\": {{"),

        // Variants: whole files of a source of their own
        Without("a variant lacks a file that code needs", "IOrdersOperations", Variant + Operations),
        Without("a variant lacks a file that a document links", "There is no requests.http", Variant + "requests.http"),
        Edit("a variant was made of files that have other names now", "RuleFile.cs", Variant + Api + "Generated/contract.lock", "Server/RulesFile.cs", "Server/RuleFile.cs"),
        Edit("a variant is older than the contract it was made of", "made of another openapi.yaml", Contract, "description: Takes orders, changes them, and reports on them.", "description: Takes orders."),
        Edit("a client in another language was made of files that have other names now", "Fetch.liquid", TypeScript + "src/generated/contract.lock", "TypeScript/FetchClient.liquid", "TypeScript/Fetch.liquid"),
        Edit("a client in another language is older than the settings it was made of", "made of another Clients/typescript.nswag", Common + "contract/Clients/typescript.nswag", "\"template\": \"Fetch\"", "\"template\": \"Axios\""),
        Edit("a TypeScript file imports what is not there", "clients/typescript/src/generated/api.ts", TypeScript + "src/index.ts", "./generated/client.js", "./generated/api.js"),
        new("a variant's file stands where no other does", "which no other source has", template => template
            .With(Variant + "calls.http", template.Text(Variant + "requests.http")).Without(Variant + "requests.http")),
        Edit("a variant's code does not fit", "IOrdersOperations", Variant + Operations, "interface IOrdersOperations", "interface IOrderOperations"),
        Edit("a variant's file replaces one that is not left out", "Two sources write this file", Config, ",\n            \"" + Operations + "\"", ""),
        Edit("a variant is written where it should not be", "Two sources write this file", Config, "refused && sample && !jwt)\"", "refused && sample && jwt)\""),
        Edit("a variant is in a folder that no source takes", "No source of template.json takes this file", Config, "auth-none/", "no-auth/"),
        Edit("a variant leaves out a folder that is not there", "tests/GoldenService.Testing/Security/**", Config, "tests/GoldenService.Testing/Tokens/**", "tests/GoldenService.Testing/Security/**"),
        Edit("a variant keeps tests of what it leaves out", "IdentityModel", Config, ",\n            \"tests/GoldenService.Testing/Tokens/**\"", ""),
        Edit("a call stays outside the condition of its option", "AddBearerTokens", Api + "Program.cs", "#if (jwt)\n    // Bearer tokens", "    services.AddBearerTokens();\n#if (jwt)\n    // Bearer tokens"),
        Edit("a package reference of an option stays without it", "NU1010", Defaults, "    <!--#if (jwt) -->\n    <PackageReference Include=\"Microsoft.AspNetCore.Authentication.JwtBearer\" />\n    <!--#endif -->\n", "    <PackageReference Include=\"Microsoft.AspNetCore.Authentication.JwtBearer\" />\n"),
        Edit("a package reference of an option is missing with it", "JwtBearer", Defaults, "    <!--#if (jwt) -->\n    <PackageReference Include=\"Microsoft.AspNetCore.Authentication.JwtBearer\" />\n    <!--#endif -->\n", ""),
        Edit("a missing #endif in a contract, where it is a comment", "without its #endif", Contract, "  - bearer: [orders:read]\n#endif\n", "  - bearer: [orders:read]\n"),
        Edit("a missing #endif in TypeScript", "without its #endif", Common + TypeScript + "src/api.ts", "Promise<string>) | undefined;\n    //#endif\n", "Promise<string>) | undefined;\n"),
        Edit("a missing #endif in JSON", "without its #endif", Api + "appsettings.json", "    //#endif\n    \"WindowSeconds\"", "    \"WindowSeconds\""),
        Edit("two blank lines where a block of the service was", "blank", Limits, "    }\n#if (jwt)\n\n    public", "    }\n\n#if (jwt)\n    public"),

        // Links
        Edit("a link to a file that is not there", "docs/contracts.md", "README.md", "(docs/contract.md)", "(docs/contracts.md)"),
        Edit("a link to a heading that is not there", "configure", Leaving, "# Leaving the contract pipeline\n", "# Leaving the contract pipeline\n\nSee [there](../README.md#configure).\n"),
        Edit("a link to a file of another option", TypeScript + "src/index.ts", "README.md", "<!--#if (typescriptClient) -->\n## Call it", "[client](clients/typescript/src/index.ts)\n\n<!--#if (typescriptClient) -->\n## Call it"),
        Edit("a link to a file of another choice", ComposeFile, "README.md", "## Change the contract\n", "[stack](deploy/compose/compose.yaml)\n\n## Change the contract\n"),

        // What is left behind
        Edit("two blank lines where a block was", "blank", Defaults, "    <!--#if (sentry)\n    <PackageReference Include=\"Sentry.AspNetCore\" />\n    #endif -->\n", "\n    <!--#if (sentry)\n    <PackageReference Include=\"Sentry.AspNetCore\" />\n    #endif -->\n\n"),
        Edit("a blank line after a brace where a block was", "blank", Service + "Problems.cs", "Detail(int status) => status switch\n    {\n", "Detail(int status) => status switch\n    {\n\n"),
        Edit("a blank line at the end where a block was", "blank", Common + ".dockerignore", "*.http\n", "*.http\n\n#if (sample)\nsrc/*/bin\n#endif\n"),
        Edit("a token of the template", "localhost:5180", Config, "\"after\": \"localhost:\"", "\"after\": \"127.0.0.1:\""),
        Edit("the folder of the template's settings", ".template.config", Leaving, "# Leaving the contract pipeline\n", "# Leaving the contract pipeline\n\nSee .template.config.\n"),
        Edit("other line endings in one branch", "CR", Service + "SigningKeys.cs", "\n", "\r\n"),
        Edit("a tab", "tab", Azure, "      - script: dotnet test --no-build", "\t    - script: dotnet test --no-build"),
        new("no newline at the end", "newline", template => template.Edit("AGENTS.md", text => text.TrimEnd())),
        Edit("a trailing comma where a member was left out", "package.json", Common + TypeScript + "package.json", "    \"test\": \"tsc && cd dist && node --test\"\n", "    \"test\": \"tsc && cd dist && node --test\",\n    //#if (ci != \"none\")\n    \"check\": \"tsc --noEmit\"\n    //#endif\n"),
        Edit("a YAML key of the wrong depth in one branch", "compose.yaml", Compose, "  jaeger:\n", "   jaeger:\n"),
        Edit("a YAML key twice in one branch", "strategy", Kubernetes + "deployment.yaml", "#else\n  # The database is a file, which two pods cannot share: the old one goes before the new one comes.\n", "#endif\n#if (true)\n"),
        Without("a file that others name is missing", "deployment.yaml", Kubernetes + "deployment.yaml"),
        Without("a variant of a file is missing", "Database.Postgres.cs", Service + "Data/Database.Postgres.cs"),
        Without("a document that is linked is missing", "docs/contract.md", Common + "docs/contract.md"),
        new("a file that nothing names", "Nothing names", template => template.With("operations/notes.txt", "Later.\n")),
        new("an empty file", "empty", template => template.With("docs/later.md", "")),
    ];

    static Mutant Without(string fault, string expected, string path) => new(fault, expected, template => template.Without(path));

    static Mutant Edit(string fault, string expected, string path, string old, string @new, params (string Path, string Old, string New)[] more) =>
        new(fault, expected, template => more.Aggregate(template.Edit(path, old, @new), (edited, edit) => edited.Edit(edit.Path, edit.Old, edit.New)));
}
