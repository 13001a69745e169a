using System.Text.Json.Nodes;

namespace Golden.Templates.Combinations;

/// <summary>What several template.json have in common stands in each of them, because the engine has no way to share it: here it is held together.</summary>
public sealed class SharedConfigTests
{
    static readonly System.Text.Json.JsonDocumentOptions Json = new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip };

    // These say which template it is; where one has no option of that name, the symbol is a constant.
    static readonly string[] Particular = ["webapi", "worker"];
    static readonly string[] Constants = ["(true)", "(false)"];

    [Fact]
    public async Task SymbolsOfOneNameAreTheSame() => AssertSame("symbols", await ConfigsAsync(), Particular);

    [Fact]
    public async Task FormsOfOneNameAreTheSame() => AssertSame("forms", await ConfigsAsync(), []);

    [Fact]
    public async Task TheCommonSourceIsTakenInTheSameWay()
    {
        foreach (var folder in (string[])["../common/", "../"])
        {
            // The system leaves out what it has of its own.
            var sources = (await ConfigsAsync()).Where(config => config.Key != "golden").Select(config => config.Value["sources"]!.AsArray().Single(source => (string?)source!["source"] == folder)!.ToJsonString());
            Assert.Single(sources.Distinct());
        }
    }

    [Theory]
    [InlineData("postActions")]
    [InlineData("primaryOutputs")]
    public async Task WhatFollowsIsTheSame(string part) => Assert.Single((await ConfigsAsync()).Values.Select(config => config[part]!.ToJsonString()).Distinct());

    static void AssertSame(string part, Dictionary<string, JsonNode> configs, string[] particular)
    {
        var members = configs.SelectMany(config => config.Value[part]!.AsObject().Where(member => !IsConstant(member.Value!)).Select(member => (member.Key, Text: member.Value!.ToJsonString(), Template: config.Key)))
            .GroupBy(member => member.Key)
            .Where(member => !particular.Contains(member.Key))
            .ToList();
        Assert.Contains(members, member => member.Count() > 1);
        Assert.All(members, member => Assert.True(
            member.Select(one => one.Text).Distinct().Count() == 1,
            $"{member.Key} in {part} differs: {string.Join("\n", member.Select(one => $"{one.Template}: {one.Text}"))}"));
    }

    static bool IsConstant(JsonNode symbol) => Constants.Contains((string?)symbol["value"]) || (string?)symbol["generator"] == "constant";

    static async Task<Dictionary<string, JsonNode>> ConfigsAsync()
    {
        var configs = new Dictionary<string, JsonNode>();
        foreach (var template in TemplateFolder.All)
        {
            configs[template] = JsonNode.Parse((await TemplateFolder.LoadAsync(template)).Text(TemplateConfig.File), documentOptions: Json)!;
        }

        return configs;
    }
}
