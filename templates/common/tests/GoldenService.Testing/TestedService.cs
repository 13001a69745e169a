namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Says which service the tests of an assembly are about: a class that derives from <see cref="TestedService{TContext}"/>.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestsAttribute(Type service) : Attribute
{
    public Type Service => service;
}

/// <summary>What the tests must know of a service that its contract does not tell.</summary>
public abstract class TestedService
{
    /// <summary>The service of the tests that run.</summary>
    public static TestedService Current { get; } = Find(Assembly.GetEntryAssembly()!);

    /// <summary>The assembly that the program is in, and its contract.</summary>
    public abstract Assembly Assembly { get; }

    /// <summary>Why tests of the service cannot run here, and the mend; null where they can.</summary>
    public virtual string? Missing => null;

    /// <summary>Whether each service that a test starts needs a database of its own.</summary>
    public virtual bool HasOwnDatabases => false;

    /// <summary>Sections of the settings whose names are the operator's own.</summary>
    public virtual IReadOnlyList<string> OpenSettings => [];

    /// <summary>Settings that the service needs beside its database.</summary>
    public virtual IEnumerable<(string Name, string Value)> SettingsWith(string connectionString) => [];

    /// <summary>Does to a request what its sender must do last, such as signing it.</summary>
    public virtual Task CompleteAsync(HttpRequestMessage request) => Task.CompletedTask;

    /// <summary>Whether a header is part of a signature: a request that lacks it is not signed, and that is 401 rather than 400.</summary>
    public virtual bool IsSignature(string header) => false;

    /// <summary>Values of parameters, by "in name", with which operations succeed; where neither examples of the contract nor earlier responses have them.</summary>
    public virtual Task<Dictionary<string, string>> KnownAsync(Service service) => Task.FromResult(new Dictionary<string, string>());

    internal abstract IServiceHost CreateHost(Action<IWebHostBuilder> configure);

    private static TestedService Find(Assembly tests) => tests.GetCustomAttribute<TestsAttribute>() is { } named
        ? (TestedService)Activator.CreateInstance(named.Service)!
        : throw new InvalidOperationException($"{tests.GetName().Name} must say which service it tests: [assembly: Tests(typeof(…))].");
}

/// <summary>A service whose data are in a <typeparamref name="TContext"/>.</summary>
public abstract class TestedService<TContext> : TestedService
    where TContext : DbContext
{
    public override Assembly Assembly => typeof(TContext).Assembly;

    internal override IServiceHost CreateHost(Action<IWebHostBuilder> configure) => new Host(configure);

    private sealed class Host : WebApplicationFactory<TContext>, IServiceHost
    {
        private readonly Action<IWebHostBuilder> configure;

        public Host(Action<IWebHostBuilder> configure)
        {
            this.configure = configure;

            // The port is a setting: UseKestrel(0) sets it while the service may be starting already.
            UseKestrel();
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            configure(builder);
            builder.ConfigureTestServices(services => services.ConfigureDbContext<TContext>(options => options.AddInterceptors(new RequestStatements())));
        }
    }
}

/// <summary>A service that runs in this process.</summary>
internal interface IServiceHost : IAsyncDisposable
{
    IServiceProvider Services { get; }

    HttpClient CreateDefaultClient(params DelegatingHandler[] handlers);
}
