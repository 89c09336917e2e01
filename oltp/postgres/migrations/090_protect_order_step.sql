-- Steps of orders show to whoever sees the store that took them.
SELECT protect_stores('order_step');
