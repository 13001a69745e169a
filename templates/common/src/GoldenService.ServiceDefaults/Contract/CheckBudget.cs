namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using FluentValidation;
using FluentValidation.Results;

/// <summary>
/// How much a check may still do: limits of the contract report no more failures than a response lists, and patterns that
/// backtrack have a time for all of them. Rules that run outside a request have no budget.
/// </summary>
internal sealed class CheckBudget
{
    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(250);

    // A check runs on one thread from its beginning to its end.
    [ThreadStatic]
    private static CheckBudget? current;

    private int failures;
    private TimeSpan spent;

    private CheckBudget(int failures) => this.failures = failures;

    /// <summary>Whether limits are to be checked still.</summary>
    public static bool IsLeft => current is not { failures: <= 0 };

    public static IReadOnlyList<ValidationFailure> Validate<T>(IValidator<T> rules, T value, int failures)
    {
        var outer = current;
        current = new(failures);
        try
        {
            return rules.Validate(value).Errors;
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

    /// <summary>Matches a pattern that backtracks. Once the time is spent nothing matches, and nothing more is checked.</summary>
    public static bool IsMatch(Func<string, bool> isMatch, string value)
    {
        var begin = Stopwatch.GetTimestamp();
        var matches = isMatch(value);
        if (current is { } budget)
        {
            budget.spent += Stopwatch.GetElapsedTime(begin);
            if (budget.spent > MatchTime)
            {
                budget.failures = 0;
                return false;
            }
        }

        return matches;
    }
}
