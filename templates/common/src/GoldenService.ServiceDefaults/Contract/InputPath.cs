namespace GoldenService.ServiceDefaults;

/// <summary>
/// The name of a value as its request has it: <c>limit</c>, <c>lines[0].quantity</c>, <c>$</c> for the body itself.
/// It is spelt out only when something fails.
/// </summary>
internal sealed class InputPath
{
    public static readonly InputPath Root = new(null, "$", -1);

    private readonly InputPath? parent;
    private readonly string name;
    private readonly int index;

    private InputPath(InputPath? parent, string name, int index)
    {
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    public InputPath Member(string name) => new(this, name, -1);

    public InputPath Item(int index) => new(this, "", index);

    public override string ToString() =>
        index >= 0 ? $"{parent}[{index}]"
        : parent is null || parent == Root ? name
        : $"{parent}.{name}";
}
