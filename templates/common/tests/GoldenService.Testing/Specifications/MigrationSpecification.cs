namespace GoldenService.Testing;

using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Xunit;

/// <summary>The migrations and the code go together.</summary>
public abstract class MigrationSpecification(Service service)
{
    [Fact]
    public async Task The_migrations_make_the_model_that_the_code_has() =>
        Assert.False(await service.WithDatabase(db => Task.FromResult(db.Database.HasPendingModelChanges())));
}
