namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;

/// <summary>Which declarations requests can hold, and which responses.</summary>
static class Reach
{
    public static void Mark(ContractModel model)
    {
        var requests = model.Operations.SelectMany(operation => operation.Parameters.Select(parameter => parameter.Use).Concat(operation.Body?.Media.Select(media => media.Use).OfType<Use>() ?? []));
        var responses = model.Operations.SelectMany(operation => operation.Outcomes).SelectMany(outcome => outcome.Media.Select(media => media.Use).OfType<Use>().Concat(outcome.Headers.Select(header => header.Use)));
        Follow(requests, declaration => !declaration.InRequest && (declaration.InRequest = true));
        Follow(responses, declaration => !declaration.InResponse && (declaration.InResponse = true));
    }

    private static void Follow(IEnumerable<Use> uses, Func<Declaration, bool> isNew)
    {
        var pending = new Stack<TypeModel>(uses.Select(use => use.Type));
        while (pending.TryPop(out var type))
        {
            switch (type)
            {
                case ListType list:
                    pending.Push(list.Item.Type);
                    break;
                case MapType map:
                    pending.Push(map.Value.Type);
                    break;
                case DeclaredType { Declaration: ObjectDeclaration declaration } when isNew(declaration):
                    foreach (var member in declaration.Members)
                    {
                        pending.Push(member.Use.Type);
                    }

                    if (declaration.Others is { } others)
                    {
                        pending.Push(others.Type);
                    }

                    break;
                case DeclaredType { Declaration: UnionDeclaration declaration } when isNew(declaration):
                    foreach (var one in declaration.Cases)
                    {
                        pending.Push(one.Use.Type);
                    }

                    break;
                case DeclaredType { Declaration: EnumDeclaration declaration }:
                    isNew(declaration);
                    break;
            }
        }
    }
}
