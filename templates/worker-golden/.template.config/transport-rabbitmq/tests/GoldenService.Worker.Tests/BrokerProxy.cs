namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

/// <summary>Stands between a service and the broker, so that a test can cut the connections of that service alone.</summary>
internal sealed class BrokerProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> clients = [];
    private volatile bool isAway;

    public BrokerProxy(bool isAway = false)
    {
        this.isAway = isAway;
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The setting for a service that is to come through here.</summary>
    public string Uri => new UriBuilder(TestBroker.Uri) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri.ToString();

    /// <summary>Cuts what is connected; what connects from then on is cut at once.</summary>
    public void GoAway()
    {
        isAway = true;
        Cut();
    }

    public void ComeBack() => isAway = false;

    /// <summary>Cuts what is connected.</summary>
    public void Cut()
    {
        while (clients.TryTake(out var client))
        {
            client.Dispose();
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(TcpClient service)
    {
        var broker = new TcpClient();
        clients.Add(service);
        clients.Add(broker);
        try
        {
            if (!isAway)
            {
                await broker.ConnectAsync(TestBroker.Uri.Host, TestBroker.Uri.Port < 0 ? 5672 : TestBroker.Uri.Port);
                await Task.WhenAny(service.GetStream().CopyToAsync(broker.GetStream()), broker.GetStream().CopyToAsync(service.GetStream()));
            }
        }
        catch (Exception exception) when (exception is System.IO.IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It was cut.
        }

        service.Dispose();
        broker.Dispose();
    }
}
