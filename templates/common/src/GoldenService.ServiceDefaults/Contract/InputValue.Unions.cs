namespace GoldenService.ServiceDefaults;

using System;
using System.Text.Json;

/// <content>Values that are one of several alternatives.</content>
public readonly partial struct InputValue
{
    /// <summary>The member of an object that says which alternative it is. Null where there is none, which is noted.</summary>
    public string? Discriminator(string name) => IsMissing ? null : AsOpenMembers(name).Required(name).AsString();

    /// <summary>Notes a discriminator that names no alternative.</summary>
    public T RejectDiscriminator<T>(string name, string? other, params ReadOnlySpan<string> allowed) =>
        other is null || IsMissing ? default! : AsOpenMembers(name).Required(name).Reject<T>(other, allowed);

    /// <summary>The alternative that fits, which must be one and no other. Where none does, the failures are those of the closest.</summary>
    public T OneOf<T>(params ReadOnlySpan<Func<InputValue, T>> alternatives) => Choose(alternatives, isOne: true);

    /// <summary>The first alternative that fits. Where none does, the failures are those of the closest.</summary>
    public T AnyOf<T>(params ReadOnlySpan<Func<InputValue, T>> alternatives) => Choose(alternatives, isOne: false);

    private T Choose<T>(ReadOnlySpan<Func<InputValue, T>> alternatives, bool isOne)
    {
        if (IsMissing)
        {
            return default!;
        }

        if (failures.TryRecall(alternatives[0], json, out var earlier))
        {
            if (earlier.Failures is not null)
            {
                failures.AddAll(earlier.Failures);
            }

            return (T)earlier.Value!;
        }

        var (value, closest) = Try(alternatives, isOne);
        var isKept = failures.Remember(alternatives[0], json, value, closest);
        if (closest is not null)
        {
            failures.AddAll(closest);
            if (!isKept)
            {
                closest.Release();
            }
        }

        return value;
    }

    private (T Value, RequestFailures? Closest) Try<T>(ReadOnlySpan<Func<InputValue, T>> alternatives, bool isOne)
    {
        RequestFailures? closest = null;
        T fitting = default!;
        var isFitting = false;
        foreach (var alternative in alternatives)
        {
            var trial = failures.BeginTrial();
            var value = alternative(new InputValue(trial, path, new InputContent(json, text)));
            failures.EndTrial();

            if (!trial.Any && isFitting)
            {
                closest?.Release();
                trial.Add(path, "oneOf", "must be one of its alternatives, and fits several");
                return (default!, trial);
            }

            if (!trial.Any)
            {
                trial.Release();
                (fitting, isFitting) = (value, true);
                if (!isOne)
                {
                    break;
                }
            }
            else if (closest is null || trial.IsCloserThan(closest, path))
            {
                closest?.Release();
                closest = trial;
            }
            else
            {
                trial.Release();
            }
        }

        if (isFitting)
        {
            closest?.Release();
            closest = null;
        }

        return (fitting, closest);
    }
}
