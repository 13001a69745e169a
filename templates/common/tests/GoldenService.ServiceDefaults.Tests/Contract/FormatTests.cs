namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

/// <summary>Values are read as their RFC writes them, in a body and in a parameter alike.</summary>
public sealed class FormatTests
{
    // Fails when Rfc3339 leaves out a part of the grammar, or takes more.
    [Theory]
    [InlineData("2026-01-31T12:30:00Z", "2026-01-31T12:30:00Z")]
    [InlineData("2026-01-31t12:30:00z", "2026-01-31T12:30:00Z")]
    [InlineData("2026-01-31T12:30:00.123456789+02:00", "2026-01-31T12:30:00.1234567+02:00")]
    [InlineData("2026-01-31T12:30:00.5-00:00", "2026-01-31T12:30:00.5Z")]
    [InlineData("2026-01-31T12:30:00+23:59", "2026-01-30T12:31:00Z")]
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.9999999Z")]
    [InlineData("2016-12-31T18:59:60-05:00", "2016-12-31T18:59:59.9999999-05:00")]
    [InlineData("2016-12-31T22:59:60Z", null)]
    [InlineData("2026-01-31T12:30:00", null)]
    [InlineData("2026-01-31T12:30:00+1:00", null)]
    [InlineData("2026-01-31T12:30:00+0100", null)]
    [InlineData("2026-01-31T12:30:00+24:00", null)]
    [InlineData("2026-01-31T12:30:00.Z", null)]
    [InlineData("2026-01-31T12:30Z", null)]
    [InlineData("2026-01-31 12:30:00Z", null)]
    [InlineData("2026-02-29T12:30:00Z", null)]
    [InlineData("2026-01-31T24:00:00Z", null)]
    [InlineData("0001-01-01T00:00:00+01:00", null)]
    [InlineData(" 2026-01-31T12:30:00Z", null)]
    [InlineData("2026-01-31T12:30:00Z\n", null)]
    [InlineData("٢٠٢٦-01-31T12:30:00Z", null)]
    public void A_time_is_one_of_RFC_3339(string text, string? time) =>
        Same(text, time, static value => value.AsDateTimeOffset(), static value => Rfc3339.Format(value));

    [Theory]
    [InlineData("2024-02-29", "2024-02-29")]
    [InlineData("2026-02-29", null)]
    [InlineData("2026-2-01", null)]
    [InlineData("2026-01-31T00:00:00Z", null)]
    public void A_date_is_one_of_RFC_3339(string text, string? date) =>
        Same(text, date, static value => value.AsDateOnly(), static value => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    [Theory] // Guid.TryParseExact trims, and takes signs.
    [InlineData("0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10", "0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10")]
    [InlineData("0199B0A5-7D3C-7C2E-9B8E-2F1F6C3F8F10", "0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10")]
    [InlineData(" 0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10", null)]
    [InlineData("+199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10", null)]
    [InlineData("0199b0a57d3c7c2e9b8e2f1f6c3f8f10", null)]
    public void A_uuid_is_one_of_RFC_9562(string text, string? uuid) => Same(text, uuid, static value => value.AsGuid(), static value => value.ToString());

    [Theory]
    [InlineData("", "")]
    [InlineData("AQID", "1,2,3")]
    [InlineData("AQ==", "1")]
    [InlineData("AQ", null)]
    [InlineData("AQ= =", null)]
    [InlineData("AQID\n", null)]
    [InlineData("A-_D", null)]
    public void Bytes_are_base64_of_RFC_4648(string text, string? bytes) => Same(text, bytes, static value => value.AsBytes(), static value => string.Join(',', value));

    [Theory] // Fails when InputValue takes .NET's word for what an integer is.
    [InlineData("1", 1L, "")]
    [InlineData("-0", 0L, "")]
    [InlineData("1.0", 1L, "")]
    [InlineData("1e2", 100L, "")]
    [InlineData("120E-1", 12L, "")]
    [InlineData("0e999999999999999999999", 0L, "")]
    [InlineData("-9223372036854775808.000", long.MinValue, "")]
    [InlineData("9223372036854775808", 0L, "format")]
    [InlineData("1e999999999", 0L, "format")]
    [InlineData("1e-999999999", 0L, "type")]
    [InlineData("1.5", 0L, "type")]
    [InlineData("\"1\"", 0L, "type")]
    [InlineData("null", 0L, "type")]
    public void An_integer_is_one_of_JSON_Schema(string json, long number, string rule) =>
        Assert.Equal((number, rule is "" ? "" : $"$: {rule}"), Requests.Read(json, static value => value.AsInt64()));

    [Theory]
    [InlineData("2147483647", 2147483647, "")]
    [InlineData("2147483648", 0, "limit: format")]
    [InlineData("+1", 0, "limit: type")]
    [InlineData("01", 0, "limit: type")]
    [InlineData("1,5", 0, "limit: type")]
    [InlineData("%201", 0, "limit: type")]
    [InlineData("", 0, "limit: type")]
    [InlineData("1&limit=2", 0, "limit: unique")]
    public void A_number_in_a_parameter_is_one_of_JSON(string text, int number, string failures)
    {
        var reader = Requests.WithQuery($"limit={text}");

        Assert.Equal((number, failures), (reader.RequiredQuery("limit").AsInt32(), Requests.Of(reader)));
    }

    [Theory]
    [InlineData("1.50", "1.50", "")]
    [InlineData("1e-28", "0.0000000000000000000000000001", "")]
    [InlineData("1.0000000000000000000000000000000000000", "1", "")]
    [InlineData("1e-29", "0", "$: format")]
    [InlineData("12345678901234567890123456789", "0", "$: format")]
    [InlineData("1e999999999", "0", "$: format")]
    public void A_decimal_is_never_rounded(string json, string number, string failures)
    {
        var (value, noted) = Requests.Read(json, static value => value.AsDecimal());

        Assert.Equal((number, failures), (value.ToString(CultureInfo.InvariantCulture), noted));
    }

    [Fact]
    public void A_double_is_finite()
    {
        Assert.Equal((0d, "$: format"), Requests.Read("1e400", static value => value.AsDouble()));
        Assert.Equal((0f, "$: format"), Requests.Read("1e39", static value => value.AsSingle()));
        Assert.Equal((0.1f, ""), Requests.Read("0.1", static value => value.AsSingle()));
    }

    // Fails when a string of any value is not looked at.
    [Theory]
    [InlineData("\"a\\u0000\"")]
    [InlineData("\"\\ud800\"")]
    public void A_string_is_well_formed_and_has_no_NUL(string json)
    {
        Assert.Equal("$: format", Requests.Read(json, static value => value.AsString()).Failures);
        Assert.Equal("$: format", Requests.Read($"[{{\"a\":{json}}}]", static value => value.AsJson()).Failures);
        Assert.Equal("$: format", Requests.Read($"{{{json}:1}}", static value => value.AsMap(static item => item.AsInt32())).Failures);
    }

    // Fails when one of the readers takes the mark for a part of the text.
    [Fact]
    public async Task A_byte_order_mark_is_ignored()
    {
        byte[] json = [0xEF, 0xBB, 0xBF, .. "\"a\""u8];

        Assert.Equal("a", await Requests.WithBody(json).JsonBody(static value => value.AsString()));
        Assert.Equal("a", JsonInput.Read(json, static value => value.AsString()));
        Assert.Equal("\"a\"", await Requests.WithBody(json, "text/plain").TextBody("text/plain"));
    }

    // Fails when JsonInput reads otherwise than RequestReader, or lets failures pass.
    [Fact]
    public void A_message_is_read_as_a_body_is()
    {
        Assert.Equal(1, JsonInput.Read("{\"lines\":[{\"tag\":\"A\",\"quantity\":1.0}]}"u8.ToArray(), Box.Read).Lines[0].Quantity);
        Assert.Contains("lines[0].quantity: required", Assert.Throws<JsonException>(() => JsonInput.Read("{\"lines\":[{\"tag\":\"A\"}]}"u8.ToArray(), Box.Read)).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonInput.Read("{"u8.ToArray(), Box.Read));
    }

    private static void Same<T>(string text, string? expected, Func<InputValue, T> read, Func<T, string> format)
    {
        var (value, failures) = Requests.Read(JsonSerializer.Serialize(text), read);
        Assert.Equal((expected, expected is null ? "$: format" : ""), (failures is "" ? format(value) : null, failures));

        var reader = Requests.WithQuery($"at={Uri.EscapeDataString(text)}");
        value = read(reader.RequiredQuery("at"));
        Assert.Equal((expected, expected is null ? "at: format" : ""), (reader.Failures.Any ? null : format(value), Requests.Of(reader)));
    }
}
