-- title: Orders by clinic
-- question: Through which clinics do the orders come, and what are they worth?
-- parameters:
--   min-orders: { type: integer, default: 20, help: Only clinics with at least so many orders. }
--   count-status: { type: list, default: "paid,shipped", help: Statuses of orders that count. }
-- key: [clinic]
-- columns:
--   clinic: { label: Clinic, unit: text, help: Name of the clinic and its suburb. }
--   orders: { label: Orders, unit: count, help: Orders that came through the clinic. }
--   patients: { label: Patients, unit: count, help: Distinct patients of these orders. }
--   revenue: { label: Revenue, unit: money, help: Sum of the orders before tax and shipping. }
--   average: { label: Average order, unit: money, help: Revenue per order. }
-- chart: { kind: bar, x: clinic, y: average, title: Average order by clinic }

SELECT
  c.clinic || coalesce(' (' || c.suburb || ')', '') AS clinic,
  count(*) AS orders,
  count(DISTINCT o.patient_id) AS patients,
  sum(o.amount_subtotal) AS revenue,
  round(sum(o.amount_subtotal) / count(*), 2) AS average
FROM orders_placed AS o
JOIN orders_with_clinic AS c USING (order_id)
WHERE list_contains($count_status, o.status) AND c.clinic IS NOT NULL
GROUP BY ALL
HAVING count(*) >= $min_orders
ORDER BY revenue DESC;
