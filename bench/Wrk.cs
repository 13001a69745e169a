using System.Globalization;

namespace Golden.Templates.Bench;

/// <summary>What one run of wrk measured.</summary>
sealed record Load(double RequestsPerSecond, double P50Milliseconds, double P99Milliseconds, double CpuMicroseconds);

/// <summary>Load from wrk, which waits for each answer before it sends the next request on a connection.</summary>
static class Wrk
{
    /// <param name="requests">A file with a request a line: method, path, token, body.</param>
    public static Load Run(Workspace workspace, RunningService service, string requests, double seconds, int connections = 16)
    {
        var script = workspace.Path("load.lua");
        if (!File.Exists(script))
        {
            File.WriteAllText(script, Script);
        }

        var cpu = service.CpuSeconds;
        var start = Commands.StartInfo(workspace.Folder, "wrk", "-t1", $"-c{connections}", $"-d{seconds.ToString(CultureInfo.InvariantCulture)}s", "--timeout", "10s", "-s", script, service.Address.ToString());
        start.Environment["REQUESTS"] = requests;
        var output = Commands.Run(start);
        cpu = service.CpuSeconds - cpu;
        var result = output.Split('\n').SingleOrDefault(line => line.StartsWith("RESULT ", StringComparison.Ordinal))
            ?? throw new BenchException($"wrk printed no result:\n{output}");
        var numbers = result.Split(' ')[1..].Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return numbers is [var count, var microseconds, 0, var p50, var p99]
            ? new(count / microseconds * 1e6, p50 / 1000, p99 / 1000, cpu / count * 1e6)
            : throw new BenchException($"{numbers[2]} requests failed:\n{output}");
    }

    // A key must be new for each order; everything else is made before the load begins.
    private const string Script = """
        local n, prepared, creates = 0, {}, false
        init = function()
          for line in io.lines(os.getenv("REQUESTS")) do
            local method, path, token, body = line:match("^(%S+) (%S+) (%S+) ?(.*)$")
            local headers = { ["Authorization"] = "Bearer " .. token }
            if method == "POST" then
              creates = true
              headers["Content-Type"] = "application/json"
              headers["Idempotency-Key"] = "@@KEY@@"
            end
            prepared[#prepared + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
          end
          math.randomseed(os.time())
        end
        local run = tostring(os.time())
        request = function()
          n = n + 1
          local text = prepared[n % #prepared + 1]
          if creates then
            return (text:gsub("@@KEY@@", "bench-" .. run .. "-" .. n, 1))
          end
          return text
        end
        done = function(summary, latency, requests)
          local errors = summary.errors
          io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
            errors.connect + errors.read + errors.write + errors.status + errors.timeout, latency:percentile(50), latency:percentile(99)))
        end
        """;
}
