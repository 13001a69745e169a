namespace GoldenService.ServiceDefaults;

using System;
using System.Linq;
using System.Text;

/// <summary>
/// What logs and spans tell of an exception: the types and the stack frames of the whole chain. Messages quote what
/// they are about, which may be a caller's data or a secret.
/// </summary>
internal static class ExceptionTrace
{
    public static string WithoutMessages(this Exception exception)
    {
        var text = new StringBuilder();
        Append(text, exception);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Exception exception)
    {
        text.Append(exception.GetType().FullName);
        var inner = exception is AggregateException { InnerExceptions: var several } ? several : (exception.InnerException is { } one ? [one] : []);
        foreach (var cause in inner)
        {
            text.AppendLine().Append(" ---> ");
            Append(text, cause);
        }

        if (exception.StackTrace is { } frames)
        {
            text.AppendLine().Append(frames);
        }
    }
}
