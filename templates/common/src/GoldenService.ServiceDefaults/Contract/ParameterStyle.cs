namespace GoldenService.ServiceDefaults;

/// <summary>How a parameter of several values is written (OpenAPI 3.0, "style values"; RFC 6570).</summary>
public enum ParameterStyle
{
    /// <summary>Paths and headers: <c>a,b</c>, and <c>name,a,size,b</c>.</summary>
    Simple,

    /// <summary><c>a,b</c>, and <c>name=a,size=b</c>.</summary>
    SimpleExploded,

    /// <summary>Queries and cookies: <c>ids=a,b</c>, and <c>ids=name,a,size,b</c>.</summary>
    Form,

    /// <summary><c>ids=a&amp;ids=b</c>, and <c>name=a&amp;size=b</c>.</summary>
    FormExploded,

    /// <summary>Paths: <c>.a,b</c>, and <c>.name,a,size,b</c>.</summary>
    Label,

    /// <summary><c>.a.b</c>, and <c>.name=a.size=b</c>.</summary>
    LabelExploded,

    /// <summary>Paths: <c>;ids=a,b</c>, and <c>;ids=name,a,size,b</c>.</summary>
    Matrix,

    /// <summary><c>;ids=a;ids=b</c>, and <c>;name=a;size=b</c>.</summary>
    MatrixExploded,

    /// <summary>Queries: <c>ids=a%20b</c>.</summary>
    SpaceDelimited,

    /// <summary>Queries: <c>ids=a|b</c>.</summary>
    PipeDelimited,

    /// <summary>Queries: <c>filter[name]=a&amp;filter[size]=b</c>, one level deep.</summary>
    DeepObject,

    /// <summary>Anywhere: JSON.</summary>
    Json,
}
