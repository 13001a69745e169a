namespace Golden.Templates.Net;

sealed class OutputChecks
{
    readonly int _x = 2;
    public IEnumerable<Finding> Check(Output output) => _x == 1 ? [new("", 0, output.Name)] : [];
}
