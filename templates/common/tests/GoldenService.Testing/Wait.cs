namespace GoldenService.Testing;

using System;
using System.Threading.Tasks;
using Xunit;

/// <summary>Waits for what comes about by itself, and fails when it does not.</summary>
public static class Wait
{
    public static Task Until(Func<bool> isSo, int seconds, string otherwise) => Until(() => Task.FromResult(isSo()), seconds, otherwise);

    public static async Task Until(Func<Task<bool>> isSo, int seconds, string otherwise)
    {
        for (var start = Environment.TickCount64; !await isSo(); await Task.Delay(20))
        {
            Assert.True(Environment.TickCount64 - start < seconds * 1000, otherwise);
        }
    }
}
