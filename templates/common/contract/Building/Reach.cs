namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;

/// <summary>Which declarations requests can hold, and which responses; and which contain themselves.</summary>
static class Reach
{
    public static void Mark(ContractModel model)
    {
        var contained = model.Declarations.ToDictionary(declaration => declaration, Contained);
        foreach (var declaration in model.Declarations.OfType<ObjectDeclaration>())
        {
            declaration.Circle = contained[declaration].Where(other => contained[other].Contains(declaration)).ToHashSet();
        }

        var requests = model.Operations.SelectMany(operation => operation.Parameters.Select(parameter => parameter.Use).Concat(operation.Body?.Media.Select(media => media.Use).OfType<Use>() ?? []));
        var responses = model.Operations.SelectMany(operation => operation.Outcomes).SelectMany(outcome => outcome.Media.Select(media => media.Use).OfType<Use>().Concat(outcome.Headers.Select(header => header.Use)));
        Follow(requests, declaration => !declaration.InRequest && (declaration.InRequest = true));
        Follow(responses, declaration => !declaration.InResponse && (declaration.InResponse = true));
    }

    // Everything that an object holds in its members, at any depth.
    private static HashSet<Declaration> Contained(Declaration whole)
    {
        var contained = new HashSet<Declaration>();
        var pending = new Stack<Declaration>([whole]);
        while (pending.TryPop(out var next))
        {
            foreach (var one in next is ObjectDeclaration declaration ? declaration.Members.Select(member => member.Use).Append(declaration.Others ?? new(AnyType.Instance)).SelectMany(Declared) : [])
            {
                if (contained.Add(one))
                {
                    pending.Push(one);
                }
            }
        }

        return contained;
    }

    private static IEnumerable<Declaration> Declared(Use use) => use.Type switch
    {
        ListType list => Declared(list.Item),
        MapType map => Declared(map.Value),
        DeclaredType declared => [declared.Declaration],
        _ => [],
    };

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
