namespace Golden.Templates.Tests;

/// <summary>The RabbitMQ broker at which tests make queues.</summary>
static class RabbitMqBroker
{
    public const string Variable = "RabbitMq__Uri";

    public static string Uri() => Need.Variable(Variable, $"These tests need a RabbitMQ broker: {Variable}='amqp://guest:<password>@localhost' dotnet test");
}
