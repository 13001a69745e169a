namespace GoldenService.ServiceDefaults;

using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.AspNetCore.Mvc.ModelBinding;

/// <summary>Rules whose failures go by the names of the contract, those of the rules that inherit them too.</summary>
public abstract class ContractValidator<T> : AbstractValidator<T>
{
    static ContractValidator() => ValidatorOptions.Global.PropertyNameResolver = static (_, member, _) =>
        member?.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? member?.GetCustomAttributes().OfType<IModelNameProvider>().FirstOrDefault()?.Name
        ?? JsonNamingPolicy.CamelCase.ConvertName(member?.Name ?? "$");
}
