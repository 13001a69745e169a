namespace ContractCompiler.Server;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Building;
using ContractCompiler.Model;

/// <summary>The files of a gateway: which operations a service has, who may call them, and how their requests are read.</summary>
static class GatewayFiles
{
    public static IEnumerable<(string Name, string Text)> Write(ContractModel model, FileContext file)
    {
        var read = ReadOf(model);
        var models = ModelsFile.Write(read.Declarations, file);
        yield return ("Models.cs", models);
        yield return ("Requests.cs", RequestsFile.Write(read, file));
        yield return ("Routes.cs", Routes(model, read, file, writesJson: models.Contains("ContractJson", StringComparison.Ordinal)));
        yield return ("Rules.cs", RulesFile.Write(read, file));
    }

    /// <summary>What a gateway reads: requests, but for those that are signed. Responses pass unread.</summary>
    private static ContractModel ReadOf(ContractModel model)
    {
        var read = new ContractModel();
        read.Operations.AddRange(model.Operations.Where(operation => !OperationsFile.IsSigned(operation)));
        read.Operations.ForEach(operation => operation.Outcomes.Clear());
        read.Declarations.AddRange(model.Declarations);
        read.Declarations.ForEach(declaration => (declaration.InRequest, declaration.InResponse) = (false, false));
        Reach.Mark(read);
        read.Declarations.RemoveAll(declaration => !declaration.InRequest);
        read.Conditions.AddRange(model.Conditions);
        return read;
    }

    private static string Routes(ContractModel model, ContractModel read, FileContext file, bool writesJson)
    {
        var body = new Code();
        body.Summary("The operations of the contract, as a gateway forwards them.");
        body.Open("public static class ContractRoutes");
        body.Summary("The scopes that operations ask for. Each names a policy of authorization.");
        var scopes = model.Operations.SelectMany(operation => operation.Security).SelectMany(requirement => requirement.Schemes).SelectMany(one => one.Scopes).Distinct().Select(Code.Quote);
        body.Line($"public static IReadOnlyList<string> Scopes {{ get; }} = [{string.Join(", ", scopes)}];\n");
        body.Summary("Every operation.");
        body.Line("public static IReadOnlyList<ForwardedOperation> Operations { get; } =\n[");
        foreach (var operation in model.Operations)
        {
            body.Line($"    new({Code.Quote(operation.Id)}, \"{operation.Method}\", {Code.Quote(operation.Path)}, {Check(operation)}, static route => route{Authorization(operation, model)}),");
        }

        body.Line("];");
        body.Close();
        foreach (var operation in read.Operations)
        {
            body.Line();
            OperationsFile.Request(body, operation);
            if (operation.Body is { Name: not null } alternatives)
            {
                body.Line();
                OperationsFile.BodyTypes(body, alternatives);
            }
        }

        if (writesJson)
        {
            body.Line();
            OperationsFile.Json(body, read);
        }

        var text = body.ToString();
        bool Uses(params string[] names) => names.Any(name => text.Contains(name, StringComparison.Ordinal));
        var code = file.Start(
            "System.Collections.Generic",
            Uses("Guid", "DateOnly", "DateTimeOffset", "Uri.") ? "System" : "",
            Uses("Stream") ? "System.IO" : "",
            Uses("SseItem<") ? "System.Net.ServerSentEvents" : "",
            Uses("JsonElement") ? "System.Text.Json" : "",
            writesJson ? "System.Text.Json.Serialization" : "",
            "Microsoft.AspNetCore.Builder",
            Uses("[From") ? "Microsoft.AspNetCore.Mvc" : "",
            $"global::{file.Runtime}");
        code.Line(text.TrimEnd('\n'));
        return code.ToString();
    }

    // What is signed is forwarded as it came: nothing reads it before the service has verified the signature.
    private static string Check(Operation operation) => OperationsFile.IsSigned(operation) ? "null" : $"ForwardedOperation.Checked(ContractRequests.Read{operation.RequestName})";

    // Tokens are checked at the gateway. Keys, passwords and signatures are for the service alone, which has the secrets.
    private static string Authorization(Operation operation, ContractModel model) =>
        OperationsFile.Authorization(operation, model) is { } policy && policy.StartsWith(".RequireAuthorization(", StringComparison.Ordinal) && !OperationsFile.IsSigned(operation) ? policy : ".AllowAnonymous()";
}
