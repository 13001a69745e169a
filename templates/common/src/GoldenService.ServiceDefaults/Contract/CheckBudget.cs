namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;

/// <summary>
/// How much a check may still do: limits of the contract report no more failures than a response lists, and patterns that
/// backtrack have a time for all of them in a request. Rules that run outside a request have no budget.
/// </summary>
internal sealed class CheckBudget
{
    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(250);

    // A check runs on one thread from its beginning to its end.
    [ThreadStatic]
    private static CheckBudget? current;

    private readonly RequestFailures request;
    private int failures;
    private bool isSpent;

    private CheckBudget(RequestFailures request) => (this.request, failures) = (request, request.Left);

    /// <summary>Whether limits are to be checked still.</summary>
    public static bool IsLeft => current is not { failures: <= 0 };

    public static IReadOnlyList<ValidationFailure> Validate<T>(IValidator<T> rules, T value, RequestFailures request)
    {
        var outer = current;
        current = new(request);
        try
        {
            return rules.Validate(value).Errors;
        }
        finally
        {
            current = outer;
        }
    }

    /// <summary>Whether a value meets a condition. It does not where that takes too long to find out, for what must not match either.</summary>
    public static bool IsMet(JsonCondition condition, JsonElement value, RequestFailures request)
    {
        var outer = current;
        current = new(request);
        try
        {
            return condition.IsMet(value) && !current.isSpent;
        }
        finally
        {
            current = outer;
        }
    }

    /// <summary>Counts a failure.</summary>
    public static void Fail()
    {
        if (current is { } budget)
        {
            budget.failures--;
        }
    }

    /// <summary>Matches a pattern that backtracks. Once the time of the request is spent nothing matches, and nothing more is checked.</summary>
    public static bool IsMatch(Func<string, bool> isMatch, string value)
    {
        if (current is not { } budget)
        {
            return isMatch(value);
        }

        if (budget.request.MatchTime <= MatchTime)
        {
            var begin = Stopwatch.GetTimestamp();
            var matches = isMatch(value);
            budget.request.MatchTime += Stopwatch.GetElapsedTime(begin);
            if (budget.request.MatchTime <= MatchTime)
            {
                return matches;
            }
        }

        (budget.isSpent, budget.failures) = (true, 0);
        return false;
    }
}
