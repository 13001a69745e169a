namespace Golden.Templates.Combinations;

public sealed class FileCheckTests
{
    static readonly FileFormat Format = new("lf", InsertFinalNewline: true, TrimTrailingWhitespace: true, "space", "utf-8");

    [Theory]
    [InlineData("a.md", "", "# A\n", "is empty")]
    [InlineData("a.md", " \n", "# A\n", "is empty")]
    [InlineData("a.md", "a\n\n\nb\n", "a\n\nb\n", "(2): There is more than one blank line")]
    [InlineData("a.md", "\na\n", "a\n", "begins with a blank line")]
    [InlineData("a.md", "a\n\n", "a\n", "ends with a blank line")]
    [InlineData("a.cs", "class A\n{\n\n    int b;\n}\n", "class A\n{\n    int b;\n}\n", "(3): A blank line follows")]
    [InlineData("a.cs", "class A\n{\n    int b;\n\n}\n", "class A\n{\n    int b;\n\n    int c;\n}\n", "(4): A blank line precedes")]
    [InlineData("a.ts", "f({\n  a,\n\n});\n", "f({\n  a,\n});\n", "precedes a closing brace")]
    [InlineData("a.json", "{\n\n  \"a\": 1\n}\n", "{\n  \"a\": 1\n}\n", "follows an opening brace")]
    public void NoBlockThatWasTakenOutLeavesAGap(string path, string bad, string good, string message) => Tells(path, bad, good, message);

    [Fact]
    public void BlankLinesOfAnotherTemplateEngineAreItsOwn() => Assert.Empty(Messages("a.liquid", "a\n\n\nb\n"));

    [Theory]
    [InlineData("a.md", "a\r\nb\n", "a\nb\n", "(1): The line ends with CR LF")]
    [InlineData("a.md", "a", "a\n", "no newline at its end")]
    [InlineData("a.md", "a \n", "a\n", "ends with whitespace")]
    [InlineData("a.md", "\uFEFFa\n", "a\n", "byte order mark")]
    [InlineData("a.cs", "class A\n{\n\tint b;\n}\n", "class A\n{\n    int b;\n}\n", "(3): The line has a tab")]
    [InlineData("a.csproj", "<a>\n\t<b />\n</a>\n", "<a>\n  <b />\n</a>\n", "has a tab")]
    [InlineData("a.yaml", "a: 1 #\tb\n", "a: 1\n", "has a tab")]
    public void AFileHasTheFormatOfEditorconfig(string path, string bad, string good, string message) => Tells(path, bad, good, message);

    [Fact]
    public void AFormatThatEditorconfigDoesNotDeclareIsFree() =>
        Assert.Empty(FileChecks.Check(new("a.cs", "\uFEFFclass A\r\n{\r\n\tint b; \r\n}"), new(null, InsertFinalNewline: false, TrimTrailingWhitespace: false, null, null)));

    [Fact]
    public void TheSectionsOfEditorconfigHoldForTheirPaths()
    {
        var formats = new FileFormats("""
            root = true
            [*]
            charset = utf-8
            end_of_line = lf
            indent_style = space
            insert_final_newline = true
            trim_trailing_whitespace = true
            [*.md]
            trim_trailing_whitespace = false
            [src/**.bat]
            end_of_line = CRLF
            indent_style = tab
            """);

        Assert.Equal(Format, formats.Of("src/a/b.cs"));
        Assert.Equal(Format with { TrimTrailingWhitespace = false }, formats.Of("docs/a.md"));
        Assert.Equal(Format with { EndOfLine = "crlf", IndentStyle = "tab" }, formats.Of("src/a/b.bat"));
        Assert.Equal(Format, formats.Of("b.bat"));
    }

    [Theory]
    [InlineData("a.yaml", "#if (auth)\na: 1\n#endif\n", "# if (auth) it is so\na: 1\n", "#if (auth)")]
    [InlineData("a.yaml", "a: 1\n  ##if (auth)\n", "a: 1\n", "##if (auth)")]
    [InlineData("a.md", "<!--#if (auth)-->\na\n", "# if a\n\n<!-- if -->\n", "<!--#if (auth)-->")]
    [InlineData("a.csproj", "<a>\n  <b /><!--#endif -->\n</a>\n", "<a><!-- # 1 --></a>\n", "(2): A directive of the template is left: <!--#endif")]
    [InlineData("a.ts", "//#if (auth)\nf();\n", "// if\nf();\n", "//#if (auth)")]
    [InlineData("a.ts", "////#if (auth)\nf();\n", "// #1 if\nf();\n", "////#if (auth)")]
    [InlineData("a.sql", "--#if (auth)\nselect 1;\n", "-- if\nselect 1;\n", "--#if (auth)")]
    [InlineData("a.ts", "/*#if (auth) */\nf();\n", "/* if */\nf();\n", "/*#if (auth)")]
    [InlineData("a.cs", "//////#else\nclass A;\n", "// #1 else\nclass A;\n", "//////#else")]
    [InlineData("a.cs", "//-:cnd:noEmit\nclass A;\n", "// cnd\nclass A;\n", "//-:cnd:noEmit")]
    [InlineData("a.md", "#+:cnd:noEmit\n", "# cnd\n", "#+:cnd:noEmit")]
    [InlineData("a.cs", "#if (auth == \"jwt\")\nclass A;\n#endif\n", "#if NET10_0_OR_GREATER && !DEBUG // or so\nclass A;\n#else\nclass B;\n#endif\n", "#if auth")]
    [InlineData("a.cs", "#if DEBUG\n#elif Auth\n#endif\n", "#if true\n#elif DEBUG\n#endif\n", "(2): A directive of the template is left: #elif Auth")]
    [InlineData("a.cs", "class A;\n#endif\n", "#pragma warning disable A\n#region A\n#nullable enable\nclass A;\n#endregion\n", "#endif without its #if")]
    [InlineData("a.cs", "#else\nclass A;\n", "#:package A\nclass A;\n", "#else without its #if")]
    [InlineData("a.cs", "#if DEBUG\nclass A;\n", "#if DEBUG\nclass A;\n#endif\n", "(1): A directive of the template is left: #if without its #endif")]
    [InlineData("a.cs", "#if DEBUG\n#elseif NET\n#endif\n", "#if DEBUG\n#elif NET\n#endif\n", "#elseif NET")]
    public void NoDirectiveOfTheTemplateIsLeft(string path, string bad, string good, string message) => Tells(path, bad, good, message);

    [Theory]
    [InlineData("a.md", "a\nGoldenService\n", "Golden Service\n", "(2): The text has GoldenService")]
    [InlineData("a.md", "a golden-service\n", "a golden service\n", "golden-service")]
    [InlineData("a.md", "http://localhost:5180/\n", "http://localhost:5201/\n", "localhost:5180")]
    [InlineData("a.md", ".template.config\n", "template\n", ".template.config")]
    public void NoTokenOfTheTemplateIsLeft(string path, string bad, string good, string message) => Tells(path, bad, good, message);

    [Fact]
    public void NoTokenOfTheTemplateIsLeftInAPath()
    {
        Assert.Contains("The path has GoldenService", Assert.Single(Messages("src/GoldenService.Api/a.md", "a\n")), StringComparison.Ordinal);
        Assert.Empty(FileChecks.Check(new("src/GoldenService.Api/a.md", "GoldenService\n"), Format, ["Other"]));
    }

    [Theory]
    [InlineData("a.json", "{ \"a\": 1, }\n", "{ \"a\": 1 }\n", "(1): This is not JSON")]
    [InlineData("a.json", "{\n  // b\n  \"a\": 1\n}\n", "{\n  \"a\": \"// b\"\n}\n", "(2): This is not JSON")]
    [InlineData("a.json", "{ \"a\": 1, \"a\": 2 }\n", "{ \"a\": 1, \"b\": 2 }\n", "not JSON")]
    [InlineData("a.nswag", "{\n", "{}\n", "not JSON")]
    [InlineData("tsconfig.json", "{ \"a\": 1, }\n", "{\n  // b\n  \"a\": 1\n}\n", "not JSON")]
    [InlineData(".vscode/settings.json", "{,}\n", "{\n  // b\n  \"a\": 1\n}\n", "not JSON")]
    [InlineData("a.yaml", "a:\n  - b\n c: 1\n", "a:\n  - b\nc: 1\n", "This is not YAML")]
    [InlineData("a.yml", "a: 1\nb: 1\na: 2\n", "a: 1\nb: 1\n", "This is not YAML")]
    [InlineData("a.slnx", "<Solution>\n  <Folder>\n</Solution>\n", "<Solution>\n  <Folder />\n</Solution>\n", "(3): This is not XML")]
    [InlineData("a.csproj", "<a b=\"1\" b=\"2\" />\n", "<a b=\"1\" />\n", "not XML")]
    [InlineData("a.proj", "<a>\n", "<a />\n", "not XML")]
    [InlineData("a.props", "<a>\n", "<a />\n", "not XML")]
    [InlineData("a.targets", "<a>\n", "<a />\n", "not XML")]
    [InlineData("nuget.config", "<a>\n", "<a />\n", "not XML")]
    public void AFileParses(string path, string bad, string good, string message) => Tells(path, bad, good, message);

    [Theory]
    [InlineData("FROM a:1\nrun b\n", "FROM a:1\nRUN b\n", "(2): run is not an instruction")]
    [InlineData("FROM a:1\nRUN b\n  && c\n", "FROM a:1\nRUN b \\\n  # why\n  && c\n", "(3): && is not an instruction")]
    [InlineData("FROM a:1\nRUN b \\\n\nRUN c\n", "FROM a:1\nRUN b\n\nRUN c\n", "(2): The instruction ends with a \\")]
    [InlineData("FROM a:1\nRUN b \\\n", "FROM a:1\nRUN b\n", "ends with a \\")]
    [InlineData("RUN b\n", "# syntax=docker/dockerfile:1\nARG V=1\nFROM a:$V\n", "first instruction is not FROM")]
    [InlineData("FROM a:1\nCOPY --from=build /a /b\n", "FROM a:1 AS build\nFROM scratch\nCOPY --from=build /a /b\nCOPY --from=0 /a /b\nCOPY --from=b:1 /a /b\n", "(2): No stage before this one is named build")]
    [InlineData("FROM a:1\nRUN --mount=type=bind,from=build,source=/a b\n", "FROM a:1 AS build\nRUN --mount=type=bind,from=build,source=/a b\n", "named build")]
    [InlineData("FROM build AS final\n", "FROM a:1 AS build\nFROM build AS final\n", "named build")]
    [InlineData("FROM a:1\nRUN <<END\nb\n", "FROM a:1\nRUN <<END\nb\nEND\n", "No line is END")]
    public void ADockerfileIsWhole(string bad, string good, string message)
    {
        Tells("Dockerfile", bad, good, message);
        Tells("src/Dockerfile.dev", bad, good, message);
    }

    [Theory]
    [InlineData("jobs: { a: { runs-on: b, steps: [{ run: c }] } }\n", "needs `on`")]
    [InlineData("on: push\n", "needs `jobs`")]
    [InlineData("on: push\njobs:\n  a:\n    steps: [{ run: c }]\n", "(3): The job a has neither `runs-on` nor `uses`")]
    [InlineData("on: push\njobs:\n  a:\n    runs-on: b\n    steps:\n      - name: c\n", "(6): A step of the job a must have either")]
    [InlineData("on: push\njobs:\n  a:\n    runs-on: b\n    steps:\n      - run: c\n        uses: d/e@v1\n", "either `run` or `uses`")]
    [InlineData("on: push\njobs:\n  a: { runs-on: b, needs: c }\n", "needs c, and there is no job")]
    [InlineData("on: push\njobs:\n  a: { runs-on: b, needs: [a, c] }\n", "needs c, and there is no job")]
    [InlineData("on: push\njobs:\n  a: { runs-on: b }\n  c:\n    runs-on: b\n    if: needs.a.result == 'd'\n", "(6): The job c reads needs.a")]
    [InlineData("on: push\njobs:\n  a:\n    runs-on: b\n    env: { X: '${{ steps.c.outputs.d }}' }\n    steps:\n      - run: e\n        id: f\n", "reads steps.c")]
    public void AWorkflowIsWhole(string bad, string message) => Tells(".github/workflows/ci.yml", bad, """
        on: push
        jobs:
          call:
            uses: ./.github/workflows/other.yml
          build:
            runs-on: linux
            needs: [call]
            if: ${{ needs.call.result == 'success' }}
            steps:
              - uses: actions/checkout@v4
              - run: echo steps.none
                id: last
              - run: echo ${{ steps.last.outputs.x }} ${{ needs.call.outputs.y }}

        """, message);

    [Theory]
    [InlineData("trigger: [main]\n", "steps: [{ script: a }]\n", "A pipeline needs one of")]
    [InlineData("job: []\n", "stages: []\n", "A pipeline needs one of")]
    public void APipelineHasSteps(string bad, string good, string message) => Tells("azure-pipelines.yml", bad, good, message);

    [Theory]
    [InlineData("service: {}\n", "(1): A compose file has no key service")]
    [InlineData("services:\n  a:\n    restart: always\n", "(2): The service a has neither")]
    [InlineData("services:\n  a: { image: b, depends_on: [c] }\n", "The service a refers to c, which `services`")]
    [InlineData("services:\n  a:\n    image: b\n    depends_on:\n      c: { condition: d }\n", "(5): The service a refers to c, which `services`")]
    [InlineData("services:\n  a: { image: b, networks: [c] }\n", "refers to c, which `networks`")]
    [InlineData("services:\n  a: { image: b, volumes: ['c:/c'] }\n", "refers to c, which `volumes`")]
    [InlineData("services:\n  a: { image: b, volumes: [{ type: volume, source: c, target: /c }] }\n", "refers to c, which `volumes`")]
    [InlineData("services:\n  a: { image: b, secrets: [c] }\n", "refers to c, which `secrets`")]
    [InlineData("services:\n  a: { image: b, configs: [{ source: c }] }\n", "refers to c, which `configs`")]
    public void AComposeFileIsWhole(string bad, string message) => Tells("compose.yaml", bad, """
        x-base: &base
          image: b
        services:
          a:
            <<: *base
            depends_on: [c]
            networks: [default, n]
            volumes: ['./d:/d', 'v:/v', /anonymous, { type: bind, source: ./e, target: /e }, { type: volume, source: v, target: /f }]
            secrets: [s]
            configs: [{ source: k }]
          c:
            build: .
        networks: { n: {} }
        volumes: { v: {} }
        secrets: { s: { file: ./s } }
        configs: { k: { file: ./k } }

        """, message);

    [Theory]
    [InlineData("deploy/kustomization.yaml", "resource: [a.yaml]\n", "resources: [a.yaml]\n", "A kustomization has no key resource")]
    [InlineData("deploy/kustomization.yaml", "resources:\n", "kind: Kustomization\nresources: []\n", "resources is not a list")]
    [InlineData("deploy/kustomization.yaml", "# nothing\n--- {}\n", "kind: Kustomization\n", "A kustomization has `kind")]
    [InlineData("deploy/kustomization.yaml", "configMapGenerator: [{ literals: [ForwardedHeaders__KnownNetworks=10.0.0.0/8] }]\n", "configMapGenerator: [{ literals: [OTEL_SERVICE_NAME=a] }]\n", "No proxy is trusted")]
    [InlineData("deploy/a.yaml", "apiVersion: v1\nmetadata: { name: a }\n", "apiVersion: v1\nkind: Service\nmetadata: { name: a }\n", "needs `kind`")]
    [InlineData("deploy/a.yaml", "a: 1\n---\napiVersion: v1\nkind: Service\n", "a: 1\n---\napiVersion: v1\nkind: Service\nmetadata: { name: a }\n", "(3): The Service needs `metadata.name`")]
    public void AManifestIsWhole(string path, string bad, string good, string message) => Tells(path, bad, good, message);

    [Fact]
    public void AFileOfGrafanaIsNoManifest() => Assert.Empty(Messages("deploy/a.yaml", "apiVersion: 1\nproviders: []\n"));

    static void Tells(string path, string bad, string good, string message)
    {
        Assert.Contains(Messages(path, bad), found => found.Contains(message, StringComparison.Ordinal));
        Assert.Empty(Messages(path, good));
    }

    static IEnumerable<string> Messages(string path, string text) => FileChecks.Check(new(path, text), Format).Select(finding => finding.ToString());
}
