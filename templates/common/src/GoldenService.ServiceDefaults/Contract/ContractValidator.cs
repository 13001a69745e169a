namespace GoldenService.ServiceDefaults;

using System.Linq;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.AspNetCore.Mvc.ModelBinding;

/// <summary>Rules whose failures go by the names of the contract, those of the rules that inherit them too.</summary>
public abstract class ContractValidator<T> : AbstractValidator<T>
{
    static ContractValidator() => ValidatorOptions.Global.PropertyNameResolver = static (_, member, expression) => NameOf(Own(member, expression));

    private static string NameOf(MemberInfo? member) =>
        member?.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? member?.GetCustomAttributes().OfType<IModelNameProvider>().FirstOrDefault()?.Name
        ?? JsonNamingPolicy.CamelCase.ConvertName(member?.Name ?? "$");

    // What is optional goes by its own name, not by that of its value.
    private static MemberInfo? Own(MemberInfo? member, LambdaExpression? expression) =>
        member?.DeclaringType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Optional<>) && expression?.Body is MemberExpression { Expression: MemberExpression optional }
            ? optional.Member
            : member;
}
