using Golden.Templates.Combinations;

// What one test has found out about a file or a project, the next need not find out again; each test uses all cores itself.
[assembly: AssemblyFixture(typeof(CombinationCheck))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
