namespace GoldenService.Testing;

using System.Collections.Generic;
using System.Linq;
using Xunit.Sdk;
using Xunit.v3;

/// <summary>
/// Tests that mostly wait, for a file that is polled, a lease or a timeout, begin first: the others compute meanwhile. The index audit, which looks at
/// the statements of all tests, is the last.
/// </summary>
public sealed class TestOrder : ITestCollectionOrderer
{
    /// <summary>The collection of the tests that mostly wait. They run in parallel, like all others.</summary>
    public const string Waiting = "waiting";

    public IReadOnlyCollection<TCollection> OrderTestCollections<TCollection>(IReadOnlyCollection<TCollection> testCollections)
        where TCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName switch { Waiting => 0, "IndexAuditTests" => 2, _ => 1 })];
}
