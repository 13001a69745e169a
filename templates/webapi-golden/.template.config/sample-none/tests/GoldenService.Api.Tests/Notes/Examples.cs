namespace GoldenService.Api.Tests;

using System;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;

/// <summary>Notes to try things with.</summary>
internal static class Examples
{
    /// <summary>A request to write a note under an id, and the status of a good one.</summary>
    public static Request Item(Guid id, string body = """{"text":"Water the plants."}""") => new("PUT", "/v1/notes/{noteId}", $"/v1/notes/{id}", 200, body);

    /// <summary>A request to write a new note.</summary>
    public static Request WithBody(string body) => Item(Guid.NewGuid(), body);

    public static NoteDraft Draft(string text = "Water the plants.") => new() { Text = text };
}

internal static class NotesService
{
    extension(Service service)
    {
        public NotesClient Notes => new(service.Http);
#if (jwt)

        /// <summary>The client of another caller.</summary>
        public NotesClient NotesOf(string subject) => new(service.ClientWith(Issuer.Shared.Token(subject)));
#endif
    }
}
