// YARP alone, as its documentation has it, with the same check of tokens: one route for all paths, no limits, no check of requests, no telemetry,
// no logs of requests.
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Yarp.ReverseProxy.Configuration;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
builder.Services.AddAuthorization();
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "api", AuthorizationPolicy = "default", Match = new() { Path = "{**path}" } }],
    [new ClusterConfig { ClusterId = "api", Destinations = new Dictionary<string, DestinationConfig> { ["0"] = new() { Address = builder.Configuration["Services:Api:0"]! } } }]);

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/ready", () => Results.Ok());
app.MapReverseProxy();
app.Run();
