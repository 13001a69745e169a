namespace Golden.Templates.Combinations;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData("a.slnx", "<Solution>\n<Project Path=\"src/A/A.csproj\" /></Solution>", "2 Path src/A/A.csproj")]
    [InlineData("a.slnx", "<Solution><File Path=\"docs\\a.md\" /><Folder Name=\"/src/\" /></Solution>", "1 Path docs/a.md")]
    [InlineData("src/A/A.csproj", "<Project><Import Project=\"../../c/c.targets\" /></Project>", "1 Path c/c.targets")]
    [InlineData("src/A/A.csproj", "<Project><Import Project=\"Sdk.props\" Sdk=\"X\" /></Project>", "")]
    [InlineData("src/A/A.csproj", "<Project><Import Project=\"a.props\" Condition=\"Exists('a.props')\" /></Project>", "")]
    [InlineData("src/A/A.csproj", "<Project><ItemGroup><ProjectReference Include=\"..\\B\\B.csproj\" /></ItemGroup></Project>", "1 Path src/B/B.csproj")]
    [InlineData("src/A/A.csproj", "<Project><ItemGroup><None Update=\"a.json;b/**\" /></ItemGroup></Project>", "1 Path src/A/a.json|1 Glob src/A/b/**")]
    [InlineData("src/A/A.csproj", "<Project><ItemGroup><Compile Remove=\"a.cs\" /><Compile Include=\"$(X)/a.cs;@(X);%(X.Y);https://a\" /></ItemGroup></Project>", "")]
    [InlineData("src/A/A.csproj", "<Project><ItemGroup><PackageReference Include=\"X.Y\" /><Other Include=\"../a.txt\" /></ItemGroup></Project>", "1 Path src/a.txt")]
    [InlineData("src/A/A.csproj", "<Project><ItemGroup><Content Include=\"$(MSBuildProjectDirectory)/a.txt\" /></ItemGroup></Project>", "1 Path src/A/a.txt")]
    [InlineData("c/c.targets", "<Project><ItemGroup><Content Include=\"$(MSBuildThisFileDirectory)../a.txt;b.txt\" /></ItemGroup></Project>", "1 Path a.txt")]
    [InlineData("c/c.targets", "<Project><Target><MSBuild Projects=\"$(MSBuildThisFileDirectory)c.proj\" /></Target></Project>", "1 Path c/c.proj")]
    [InlineData("a/a.props", "<Project><Import Project=\"../../b.props\" /></Project>", "1 Path ../b.props")]
    [InlineData("a.csproj", "<Project>", "")]
    public void OfMSBuild(string path, string text, string expected) => Names(path, text, expected);

    [Theory]
    [InlineData("COPY a.json ./b/ /app/\n", "1 Path a.json|1 Path b")]
    [InlineData("COPY --link --chown=a:b [\"a b.json\", \"/app\"]\n", "1 Path a b.json")]
    [InlineData("ADD src/*/*.csproj /app\n", "1 Glob src/*/*.csproj")]
    [InlineData("COPY --from=build /a /b\nADD https://x.test/a /b\nCOPY $A /b\nCOPY <<END /b\nEND\n", "")]
    [InlineData("# why\nRUN --mount=type=bind,source=a.json,target=/b \\\n  --mount=type=bind,from=c,source=/d,target=/e \\\n  f\n", "2 Path a.json")]
    public void OfDockerfiles(string text, string expected) => Names("src/A/Dockerfile", text, expected);

    [Theory]
    [InlineData("services:\n  a:\n    build: ../src\n", "3 Path src|3 Path src/Dockerfile")]
    [InlineData("services:\n  a:\n    build: { context: .., dockerfile: src/A/Dockerfile }\n", "3 Path |3 Path src/A/Dockerfile")]
    [InlineData("services:\n  a: { build: { dockerfile_inline: FROM b } }\n", "")]
    [InlineData("services:\n  a: { env_file: .env }\n", "2 Path deploy/.env")]
    [InlineData("services:\n  a:\n    env_file:\n      - a.env\n      - { path: b.env, required: false }\n      - path: c.env\n", "4 Path deploy/a.env|6 Path deploy/c.env")]
    [InlineData("services:\n  a: { volumes: ['./b:/b:ro', 'v:/v', /c, '/d:/d', { type: bind, source: ../e, target: /e }] }\n", "2 Path deploy/b|2 Path e")]
    [InlineData("services:\n  a: { extends: { file: b.yaml, service: b } }\nconfigs:\n  c: { file: ./c.conf }\nsecrets:\n  d: { environment: D }\n", "2 Path deploy/b.yaml|4 Path deploy/c.conf")]
    [InlineData("include:\n  - a.yaml\n  - { path: [b.yaml, '$C'] }\n", "2 Path deploy/a.yaml|3 Path deploy/b.yaml")]
    public void OfComposeFiles(string text, string expected) => Names("deploy/compose.yaml", text, expected);

    [Theory]
    [InlineData("resources: [a.yaml, ../b]\ncomponents: [c]\n", "1 Path deploy/k8s/a.yaml|1 Path deploy/b|2 Path deploy/k8s/c")]
    [InlineData("resources:\n  - https://x.test/a\n  - github.com/a/b\npatches:\n  - path: p.yaml\n  - patch: |-\n      a: 1\n", "5 Path deploy/k8s/p.yaml")]
    [InlineData("configMapGenerator:\n  - name: a\n    files: [b.conf, c=d.conf]\n    envs: [e.env]\n", "3 Path deploy/k8s/b.conf|3 Path deploy/k8s/d.conf|4 Path deploy/k8s/e.env")]
    public void OfKustomizations(string text, string expected) => Names("deploy/k8s/kustomization.yaml", text, expected);

    [Theory]
    [InlineData("defaults:\n  run:\n    working-directory: client\njobs:\n  a:\n    steps:\n      - run: cp src/a.ts b\n", "3 Path client|7 Command client/src/a.ts")]
    [InlineData("steps:\n  - run: |\n      dotnet test tests/A\n      npm ci --prefix ./client # in b/c\n", "3 Command tests/A|4 Command client")]
    [InlineData("steps:\n  - run: cat a/b.json\n    working-directory: src\n", "2 Command src/a/b.json|3 Path src")]
    [InlineData("steps:\n  - uses: ./.github/actions/a\n  - uses: a/b@v1\n", "2 Path .github/actions/a")]
    [InlineData("steps:\n  - with:\n      key: a-${{ hashFiles('**/a.json', '!b/*', 'c.yaml') }}\n", "3 Glob **/a.json|3 Glob c.yaml")]
    [InlineData("steps:\n  - if: hashFiles('a.json') != ''\n", "2 Glob a.json")]
    [InlineData("steps:\n  - with:\n      file: src/A/Dockerfile\n      path: |\n        a/b\n        c\n      tags: x.test/a:${{ b }}\n", "3 Command src/A/Dockerfile|4 Command a/b")]
    public void OfWorkflows(string text, string expected) => Names(".github/workflows/ci.yml", text, expected);

    [Theory]
    [InlineData("import { a } from \"./b.js\";\nexport * from \"../c/d.js\";\n", "1 Path src/a/b.ts|2 Path src/c/d.ts")]
    [InlineData("import {\n    a,\n} from './b.js';\nimport { test } from \"node:test\";\n// from \"./c.js\"\n", "3 Path src/a/b.ts")]
    public void OfTypeScript(string text, string expected) => Names("src/a/a.ts", text, expected);

    [Fact]
    public void OfDependabot() => Names(".github/dependabot.yml", "updates:\n  - { package-ecosystem: npm, directory: /client }\n", "2 Path client");

    [Theory]
    [InlineData("steps:\n  - script: dotnet build src/A\n    workingDirectory: b\n", "2 Command b/src/A|3 Path b")]
    [InlineData("steps:\n  - template: steps/a.yml\n  - template: a.yml@other\n  - template: /b.yml\n", "2 Path steps/a.yml|4 Path b.yml")]
    [InlineData("steps:\n  - task: A@1\n    inputs: { projects: src/A/A.csproj, command: test }\n", "3 Command src/A/A.csproj")]
    public void OfPipelines(string text, string expected) => Names("azure-pipelines.yml", text, expected);

    [Theory]
    [InlineData("a\n[b](../c.md), ![d](e%20f.png \"g\") and [h](/i/)\n", "2 Path c.md|2 Path docs/e f.png|2 Path i")]
    [InlineData("[a](https://x.test/b.md) <https://x.test> [c](mailto:d@x.test) `[e](f.md)`\n", "")]
    [InlineData("[a](b.md#c-d) [e](#f) [g](../h.cs#L10)\n", "1 Path docs/b.md|1 Anchor docs/b.md#c-d|1 Anchor docs/a.md#f|1 Path h.cs")]
    [InlineData("[a][b]\n\n[b]: c.md\n", "1 Path docs/c.md")]
    [InlineData("a\n\n```sh\nb\n$ dotnet run --project src/A\n```\n\n```csharp\nc/d.json\n```\n", "5 Command src/A")]
    [InlineData("```\ncat a/b.json\n```\n", "2 Command a/b.json")]
    [InlineData("`Data/Sqlite.cs` `Sqlite.cs` `Limits:Max` `/health/ready` `dotnet pack src/A` `a/<b>`\n", "1 Mention Data/Sqlite.cs|1 Mention Sqlite.cs|1 Command src/A")]
    public void OfPages(string text, string expected) => Names("docs/a.md", text, expected);

    [Theory]
    [InlineData("a b/c -o d/e > f/g\n", "1 Command b/c")]
    [InlineData("a -p:b=c/d $e/f *.g/h ~/i /j/k -l/m n@o/p http://q/r\n", "")]
    [InlineData("curl -d '{\n \"a\": \"b/c\" }' d/e.json # f/g.json\n", "2 Command d/e.json")]
    [InlineData("cd a && b ../c/d.json; cd ../e\nf g/h\n", "1 Command c/d.json|1 Command e|2 Command e/g/h")]
    [InlineData("cd $A\nb c/d\n", "")]
    public void OfCommands(string text, string expected) => Names("build.sh", text, expected);

    [Theory]
    [InlineData("{ \"main\": \"./dist/a.js\", \"types\": \"src/a.d.ts\", \"files\": [\"src\"], \"bin\": { \"b\": \"b.mjs\" } }", "0 Path client/dist/a.js|0 Path client/src/a.d.ts|0 Path client/src|0 Path client/b.mjs")]
    [InlineData("{ \"scripts\": { \"a\": \"tool ../openapi.yaml -o src/a.ts\" } }", "0 Command openapi.yaml")]
    [InlineData("{", "")]
    [InlineData("[]", "")]
    public void OfPackages(string text, string expected) => Names("client/package.json", text, expected);

    [Fact]
    public void AnchorsAreThoseOfGitHub() => Assert.Equal(
        ["run-it", "whats-new-in-net-10", "the-contract-file", "run-it-1", "own"],
        MarkdownFile.Anchors(new("a.md", "# Run it\n\n## What's new in .NET 10?\n\n## The `contract` [file](a.md)\n\n## Run it\n\n<a id=\"own\"></a>\n")));

    [Fact]
    public void MentionsArePathsAndNamesOfFiles() => Assert.Equal(
        ["a/b.yaml", "b.yaml", "deploy/", "c.json", "d/e"],
        FileFacts.Of(new("a.txt", "See ../a/b.yaml, deploy/ and c.json. Order.Lines is /d/e; a word.\n")).Mentions);

    static void Names(string path, string text, string expected) =>
        Assert.Equal(expected, string.Join('|', References.Of(new(path, text)).Select(reference => $"{reference.Line} {reference.Kind} {reference.Target}")));
}
